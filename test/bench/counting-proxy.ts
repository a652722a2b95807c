import { Agent, createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import { closeServer, listenOnLoopback } from '../../infra/local/services/loopback.ts'

/** One call to an AWS service: its action, such as `TransactWriteItems`, and the input as sent. */
export type AwsCall = { service: string; action: string; body: string }

/** Keys are loaded once a minute by each process, and the gate looked at each half minute; not once an act. */
export const isKeyLoad = ({ service, body }: AwsCall): boolean =>
  service === 'ssm' || body.includes('"RESTORE#"')

export function countByAction(calls: readonly AwsCall[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { action } of calls) counts[action] = (counts[action] ?? 0) + 1
  return counts
}

export type CountingProxy = { endpoint: string; stop: () => Promise<void> }

/** Stands in front of a service and tells of every call that passes. */
export async function startCountingProxy(
  service: string,
  target: string,
  onCall: (call: AwsCall) => void,
): Promise<CountingProxy> {
  const { hostname, port } = new URL(target)
  const agent = new Agent({ keepAlive: true })
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request)
    onCall({ service, action: actionOf(request), body: body.toString() })
    const { method, url: path, headers } = request
    const forwarded = httpRequest({ hostname, port, method, path, headers, agent })
    forwarded.once('error', (error) => response.destroy(error))
    forwarded.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    forwarded.end(body)
  })
  // Longer than the clients': a connection must not close while a request is on its way.
  server.keepAliveTimeout = 120_000
  return {
    endpoint: await listenOnLoopback(server, 0),
    stop: async () => {
      await closeServer(server)
      agent.destroy()
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

/** The action follows the dot of `DynamoDB_20120810.PutItem`; S3 has none. */
function actionOf({ headers, method = '' }: IncomingMessage): string {
  const target = headers['x-amz-target']
  return typeof target === 'string' ? target.slice(target.lastIndexOf('.') + 1) : method
}
