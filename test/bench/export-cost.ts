import { DeleteMessageCommand, PurgeQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { queueEvent } from '../../infra/local/sqs-event.ts'
import { httpEvent } from './acts.ts'
import type { BenchCloud } from './bench-cloud.ts'
import { type FunctionProcess, startFunctionProcess } from './function-process.ts'
import type { RoundResult } from './measured-process.ts'
import type { Pair } from './statistics.ts'

export type ExportCost = {
  contacts: number
  perSecond: Pair
  /** Microseconds a row. */
  cpu: Pair
  peakBytes: Pair
}

type Spent = { seconds: number; cpuMicroseconds: number; peakBytes: number }

/**
 * One process of `export-audience` does the whole export, message by message as the queue gives them,
 * against a process that reads the same items with the bare client and drops them.
 */
export async function measureExport(
  cloud: BenchCloud,
  { contacts, floorModule }: { contacts: number; floorModule: string },
): Promise<ExportCost> {
  const { memoryMegabytes, module } = cloud.fn('export-audience')
  const environment = cloud.environment('export-audience', 'direct')
  const start = (bundle: string) =>
    startFunctionProcess({ module: bundle, environment, memoryMegabytes })
  const floorProcess = await start(floorModule)
  const floor = await floorProcess.run({ events: ['{}'] })
  await floorProcess.stop()
  assertAll(contacts, Number(floor.results[0]))
  const worker = await start(module)
  const subject = await exportAll(cloud, worker, contacts).finally(worker.stop)
  const each = (value: (spent: Spent) => number): Pair => ({
    subject: value(subject),
    floor: value(floor),
  })
  return {
    contacts,
    perSecond: each(({ seconds }) => contacts / seconds),
    cpu: each(({ cpuMicroseconds }) => cpuMicroseconds / contacts),
    peakBytes: each(({ peakBytes }) => peakBytes),
  }
}

async function exportAll(
  cloud: BenchCloud,
  worker: FunctionProcess,
  contacts: number,
): Promise<Spent> {
  const desk = await startDesk(cloud)
  try {
    const id = await desk.order()
    let spent: Spent = { seconds: 0, cpuMicroseconds: 0, peakBytes: 0 }
    for (;;) {
      const done = await workOffOne(cloud, worker)
      if (done === undefined) break
      spent = {
        seconds: spent.seconds + done.seconds,
        cpuMicroseconds: spent.cpuMicroseconds + done.cpuMicroseconds,
        peakBytes: done.peakBytes,
      }
    }
    const { state, rows } = await desk.look(id)
    if (state !== 'ready') throw new Error(`The queue is empty and the export is ${state}`)
    assertAll(contacts, rows)
    return spent
  } finally {
    await desk.stop()
  }
}

function assertAll(contacts: number, rows: number): void {
  if (rows !== contacts) throw new Error(`${rows} of ${contacts} contacts came out`)
}

/** Orders and looks at exports as staff do. */
async function startDesk(cloud: BenchCloud) {
  const { memoryMegabytes, module } = cloud.fn('staff-api')
  const environment = cloud.environment('staff-api', 'direct')
  const { clients } = cloud
  await clients.sqs.send(new PurgeQueueCommand({ QueueUrl: queueUrl(cloud) }))
  const staffApi = await startFunctionProcess({ module, environment, memoryMegabytes })
  const claims = { sub: 'bench', [environment.STAFF_ROLES_CLAIM ?? '']: '[marketing]' }
  const jwt = { claims, scopes: null }
  const ask = async (event: string): Promise<Record<string, unknown>> => {
    const [result = ''] = (await staffApi.run({ events: [event] })).results
    const { statusCode, body } = JSON.parse(result) as { statusCode: number; body: string }
    if (statusCode >= 300) throw new Error(`${statusCode}: ${body}`)
    return JSON.parse(body) as Record<string, unknown>
  }
  return {
    order: async (): Promise<string> => {
      const criteria = {
        topic: 'webinars',
        purpose: 'webinars',
        recipient: 'event-desk',
        format: 'csv',
      }
      const ordered = await ask(
        httpEvent({
          method: 'POST',
          routeKey: 'POST /staff/exports',
          path: '/staff/exports',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(criteria),
          jwt,
        }),
      )
      return String(ordered.id)
    },
    look: async (id: string): Promise<{ state: string; rows: number }> => {
      const path = `/staff/exports/${id}`
      const routeKey = 'GET /staff/exports/{id}'
      const status = await ask(
        httpEvent({ method: 'GET', routeKey, path, parameters: { id }, jwt }),
      )
      return { state: String(status.state), rows: Number(status.rows) }
    },
    stop: staffApi.stop,
  }
}

const queueUrl = (cloud: BenchCloud): string =>
  cloud.environment('export-audience', 'direct').EXPORT_QUEUE_URL ?? ''

/** Plays the queue's poller for one message; undefined when none is left. */
async function workOffOne(
  cloud: BenchCloud,
  worker: FunctionProcess,
): Promise<RoundResult | undefined> {
  const { sqs } = cloud.clients
  const QueueUrl = queueUrl(cloud)
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1, WaitTimeSeconds: 1 }),
  )
  const [message] = Messages
  if (message === undefined) return undefined
  const arn = 'arn:aws:sqs:eu-north-1:000000000000:export'
  const done = await worker.run({ events: [JSON.stringify(queueEvent([message], arn))] })
  const report = JSON.parse(done.results[0] ?? '') as { batchItemFailures: unknown[] }
  if (report.batchItemFailures.length > 0) throw new Error('A piece of the export failed')
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }))
  return done
}
