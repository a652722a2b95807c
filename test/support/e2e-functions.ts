import { ssmKeys } from '../../functions/platform/keyring.ts'
import type { HttpResponse } from '../../infra/local/http-api-response.ts'
import { createHttpGateway } from '../../infra/local/http-gateway.ts'
import type { Endpoints } from '../../infra/local/lambda-environment.ts'
import { createPool, type LambdaPool } from '../../infra/local/lambda-pool.ts'
import type { Outcome } from '../../infra/local/lambda-worker.ts'
import { originSecret } from '../../infra/origin-secret.ts'
import { startWire, type Wire } from './e2e-wire.ts'
import { environmentAt, type LocalTables } from './local-cloud.ts'

export type Ask = {
  method: string
  path: string
  headers?: Record<string, string>
  body?: string | Buffer
  ip?: string
}
export type Answer = Omit<HttpResponse, 'body'> & {
  body: string
  json: () => Record<string, unknown>
}

/**
 * The real bundles in processes of their own, behind the real routes, each service behind a wire and
 * behind the roles of the templates.
 */
export type WiredFunctions = {
  wires: Record<'dynamodb' | 'messaging' | 'mail' | 'parameters', Wire>
  /** Through the HTTP API, as the CDN passes it on. */
  ask: (ask: Ask) => Promise<Answer>
  /** The event as it stands, past the HTTP API and the queues. */
  invoke: (functionName: string, event: unknown) => Promise<Outcome>
  /** The secret by which a function knows the CDN. */
  cdn: string
  /** One delivery of one message to the function behind a queue. */
  deliver: (functionName: string, message: unknown, messageId?: string) => Promise<Outcome>
  /** Every line that any of the functions wrote. */
  logs: () => string
  /** As a deployment does: the next call meets processes that have read nothing yet. */
  replaceFunctions: () => Promise<void>
  /** All wires intact, counted from nothing. */
  reset: () => void
  stop: () => Promise<void>
}

export async function startWiredFunctions(local: LocalTables): Promise<WiredFunctions> {
  const { endpoints, deployment, enforced, ssm } = local
  const services = ['dynamodb', 'messaging', 'mail', 'parameters'] as const
  const path = local.env('subscriber-api').KEY_PATH ?? ''
  const cdn = await originSecret(ssmKeys(ssm, path, () => new Date()))
  const [dynamodb, messaging, mail, parameters] = await Promise.all(
    services.map((service) => startWire(enforced.endpoints[service])),
  )
  const wires = { dynamodb: dynamodb!, messaging: messaging!, mail: mail!, parameters: parameters! }
  const wired: Endpoints = {
    dynamodb: wires.dynamodb.url,
    messaging: wires.messaging.url,
    mail: wires.mail.url,
    parameters: wires.parameters.url,
  }
  const lines: string[] = []
  const pools = new Map<string, LambdaPool>()
  const poolOf = (name: string): LambdaPool => {
    const fn = deployment.functions.find(
      (one) => one.name === name || one.name.endsWith(`-${name}`),
    )
    if (fn === undefined) throw new Error(`The assembly has no function ${name}`)
    const known = pools.get(fn.name)
    if (known !== undefined) return known
    const environment = environmentAt(fn, endpoints, wired)
    const pool = createPool(fn, environment, (_, line) => lines.push(line))
    pools.set(fn.name, pool)
    return pool
  }
  async function stopPools(): Promise<void> {
    const running = [...pools.values()]
    pools.clear()
    await Promise.all(running.map((pool) => pool.stop()))
  }
  const gateway = createHttpGateway(deployment.api, (name, event) => poolOf(name).invoke(event))
  return {
    wires,
    cdn,
    invoke: (functionName, event) => poolOf(functionName).invoke(event),
    ask: async ({ method, path, headers = {}, body = '', ip = '192.0.2.1' }) => {
      const answer = await gateway({
        method,
        path: path.split('?')[0] ?? '',
        query: path.split('?')[1] ?? '',
        headers: new Map(Object.entries({ 'viewer-ip': ip, 'origin-secret': cdn, ...headers })),
        sourceIp: '130.176.0.1',
        body: Buffer.from(body),
      })
      const text = answer.body.toString()
      return { ...answer, body: text, json: () => JSON.parse(text) }
    },
    deliver: (functionName, message, messageId = '00000000-0000-4000-8000-000000000000') =>
      poolOf(functionName).invoke({
        Records: [
          {
            messageId,
            receiptHandle: messageId,
            body: JSON.stringify(message),
            attributes: { SentTimestamp: String(Date.now()), ApproximateReceiveCount: '1' },
            messageAttributes: {},
            md5OfBody: '',
            eventSource: 'aws:sqs',
            eventSourceARN: 'arn:aws:sqs:eu-north-1:000000000000:test',
            awsRegion: 'eu-north-1',
          },
        ],
      }),
    logs: () => lines.join('\n'),
    replaceFunctions: stopPools,
    reset: () => {
      for (const wire of Object.values(wires)) wire.reset()
    },
    stop: async () => {
      await stopPools()
      await Promise.all(Object.values(wires).map((wire) => wire.stop()))
    },
  }
}
