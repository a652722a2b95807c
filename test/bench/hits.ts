import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { messageIdOf } from '../../functions/campaign/message-record.ts'
import type { OpenContact } from '../../functions/contact/contact.ts'
import { mintHitId } from '../../functions/platform/hit-id.ts'
import { toItem } from '../../functions/platform/table.ts'
import { inParallel } from '../support/in-parallel.ts'
import { campaignItem, campaignSecret, messageItem } from '../support/mailed-items.ts'
import { type Act, httpEvent } from './acts.ts'
import type { BenchCloud } from './bench-cloud.ts'
import { startFunctionProcess } from './function-process.ts'
import { type Compared, compare, type Pair } from './statistics.ts'

const campaignId = '00c0ffee00c0ffee'

/** A mail client fetches the pixel of a person's mail. Its floor sends the same message, with AWS's client. */
export function pixelAct({ keys }: BenchCloud): Act {
  return {
    name: 'pixel GET /o/{file}',
    functionName: 'tracking',
    status: 200,
    calls: 1,
    events: async (people) => {
      const hitKeys = await keys('hit')
      return people.map(({ contactId }) => {
        const messageId = messageIdOf(campaignSecret, contactId)
        const file = `${mintHitId(hitKeys, { campaignId, messageId })}.gif`
        return httpEvent({
          method: 'GET',
          routeKey: 'GET /o/{file}',
          path: `/o/${file}`,
          parameters: { file },
        })
      })
    },
  }
}

export type PixelCost = { cpu: Compared; perSecond: Pair }

/** The same, against a handler that answers the picture and keeps nothing. */
export async function measurePixel(
  cloud: BenchCloud,
  people: readonly OpenContact[],
  { rounds, calls, floorModule }: { rounds: number; calls: number; floorModule: string },
): Promise<PixelCost> {
  const { memoryMegabytes, module } = cloud.fn('tracking')
  const environment = cloud.environment('tracking', 'direct')
  const start = (bundle: string) =>
    startFunctionProcess({ module: bundle, environment, memoryMegabytes })
  const [subject, floor] = [await start(module), await start(floorModule)]
  try {
    const [event = ''] = await pixelAct(cloud).events(people.slice(0, 1))
    const events = Array.from({ length: calls }, () => event)
    await subject.run({ events })
    await floor.run({ events })
    const cpu: Pair[] = []
    const seconds = { subject: 0, floor: 0 }
    for (let round = 0; round < rounds; round++) {
      const [ours, bare] = [await subject.run({ events }), await floor.run({ events })]
      cpu.push({ subject: ours.cpuMicroseconds / calls, floor: bare.cpuMicroseconds / calls })
      seconds.subject += ours.seconds
      seconds.floor += bare.seconds
    }
    const perSecond = (spent: number) => (rounds * calls) / spent
    return {
      cpu: compare(cpu),
      perSecond: { subject: perSecond(seconds.subject), floor: perSecond(seconds.floor) },
    }
  } finally {
    await subject.stop()
    await floor.stop()
  }
}

export type RecordingCost = {
  messages: number
  /** Items written for a thousand hits. */
  writes: number
  calls: number
  /** Microseconds of own CPU a hit. */
  cpu: number
}

const hits = 1000
/** What Lambda hands over at once. */
const batch = 100

/** A thousand opens, all of one message or each of another, as the queue hands them over. */
export async function measureRecording(
  cloud: BenchCloud,
  people: readonly OpenContact[],
): Promise<RecordingCost[]> {
  const { db, main } = cloud.tables
  const put = (item: Record<string, unknown>) =>
    db.send(new PutItemCommand({ TableName: main, Item: toItem(item) }))
  await put(campaignItem(campaignId, ['https://nordlys.example/']))
  await inParallel(people, 8, ({ contactId }) => put(messageItem(campaignId, contactId)))
  const { memoryMegabytes, module } = cloud.fn('record-hits')
  const environment = cloud.environment('record-hits', 'counted')
  const lambda = await startFunctionProcess({ module, environment, memoryMegabytes })
  try {
    // Somebody of whom nothing else is measured, so that all code has run once.
    await lambda.run({ events: eventsOf(people.slice(-1), 'warm') })
    const costs: RecordingCost[] = []
    for (const readers of [people.slice(0, 1), people.slice(1, hits + 1)]) {
      cloud.takeCalls()
      const done = await lambda.run({ events: eventsOf(readers, `of${readers.length}`) })
      for (const result of done.results) {
        const { batchItemFailures } = JSON.parse(result) as { batchItemFailures: unknown[] }
        if (batchItemFailures.length > 0) throw new Error('Hits were not recorded')
      }
      const calls = cloud.takeCalls()
      if (!calls.some(({ body }) => body.includes('#tracked'))) {
        throw new Error('No hit was kept')
      }
      costs.push({
        messages: readers.length,
        writes: calls.reduce((sum, { action, body }) => sum + itemsWritten(action, body), 0),
        calls: calls.length,
        cpu: done.cpuMicroseconds / hits,
      })
    }
    return costs
  } finally {
    await lambda.stop()
  }
}

function itemsWritten(action: string, body: string): number {
  if (action === 'UpdateItem' || action === 'PutItem') return 1
  if (action !== 'TransactWriteItems') return 0
  return (JSON.parse(body) as { TransactItems: unknown[] }).TransactItems.length
}

function eventsOf(readers: readonly OpenContact[], mark: string): string[] {
  // A yes covers no hit that was made before it.
  const start = Date.now()
  const records = Array.from({ length: hits }, (_, index) => ({
    messageId: `${mark}-${index}`,
    attributes: {},
    messageAttributes: {},
    body: JSON.stringify({
      kind: 'open',
      campaignId,
      messageId: messageIdOf(campaignSecret, readers[index % readers.length]?.contactId ?? ''),
      sign: 'client',
      network: `n${index}`,
      at: new Date(start + index * 100).toISOString(),
    }),
  }))
  return Array.from({ length: hits / batch }, (_, index) =>
    JSON.stringify({ Records: records.slice(index * batch, (index + 1) * batch) }),
  )
}
