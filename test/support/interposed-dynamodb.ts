import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'

/**
 * A real DynamoDB behind a wire that misbehaves once each time it is told to: what happens between two
 * calls, an answer that gets lost, a throttled or half-answered call. The SDK and the database stay
 * as they are.
 */
type Answer = { status: number; body: string }
type Forward = (body?: unknown) => Promise<Answer>
type Mishap = (forward: Forward, body: Record<string, unknown>) => Promise<Answer | 'cut'>

export type InterposedDynamoDb = {
  db: DynamoDBClient
  /** The next call of the operation meets the mishap; further ones theirs, in the order told. */
  next: (operation: string, mishap: Mishap) => void
  /** The operations called since the last time this was asked. */
  calls: () => string[]
  stop: () => Promise<void>
}

/** Something happens before the call reaches the database. */
export const meanwhile =
  (happening: () => Promise<unknown>): Mishap =>
  async (forward) => {
    await happening()
    return forward()
  }

/** The database refuses the call in this way. */
export const refusing =
  (type: string, details: Record<string, unknown> = {}, status = 400): Mishap =>
  async () => ({
    status,
    body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, ...details }),
  })

/** A transaction is cancelled for these reasons, in the order of its items. */
export const cancelling = (...codes: string[]): Mishap =>
  refusing('TransactionCanceledException', {
    Message: 'Transaction cancelled',
    CancellationReasons: codes.map((Code) => ({ Code })),
  })

/** The call is done, and its answer never arrives. */
export const losingTheAnswer: Mishap = async (forward) => {
  await forward()
  return 'cut'
}

/** Of a batch read only the first key of each table is answered. */
export const answeringInPart: Mishap = async (forward, body) => {
  const asked = Object.entries(body.RequestItems as Record<string, { Keys: unknown[] }>)
  const part = (from: number, to?: number) =>
    Object.fromEntries(
      asked
        .map(([table, keys]) => [table, { ...keys, Keys: keys.Keys.slice(from, to) }] as const)
        .filter(([, { Keys }]) => Keys.length > 0),
    )
  const answer = await forward({ ...body, RequestItems: part(0, 1) })
  const { Responses } = JSON.parse(answer.body) as { Responses: unknown }
  return { status: 200, body: JSON.stringify({ Responses, UnprocessedKeys: part(1) }) }
}

export async function interposeDynamoDb(endpoint: string): Promise<InterposedDynamoDb> {
  const mishaps: { operation: string; mishap: Mishap }[] = []
  let called: string[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? ''
    called.push(operation)
    const forward: Forward = async (body) => {
      const {
        authorization = '',
        'x-amz-target': target = '',
        'x-amz-date': date = '',
      } = request.headers
      const answer = await fetch(endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          authorization,
          'x-amz-target': String(target),
          'x-amz-date': String(date),
        },
        body: body === undefined ? text : JSON.stringify(body),
      })
      return { status: answer.status, body: await answer.text() }
    }
    const index = mishaps.findIndex((each) => each.operation === operation)
    const [told] = index < 0 ? [] : mishaps.splice(index, 1)
    const answer = await (told === undefined ? forward() : told.mishap(forward, JSON.parse(text)))
    if (answer === 'cut') {
      request.socket.destroy()
      return
    }
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' })
    response.end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const db = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-north-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  return {
    db,
    next: (operation, mishap) => mishaps.push({ operation, mishap }),
    calls: () => {
      const since = called
      called = []
      return since
    },
    stop: async () => {
      db.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
