import { createServer, type Server } from 'node:http'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, expect } from 'vitest'

export type Call = { headers: Record<string, string | string[] | undefined>; body: string }
/** `cut` closes the connection instead of an answer, `silent` leaves it open. */
export type Reply = { status: number; body: string } | 'cut' | 'silent'

export const caller = {
  region: 'eu-north-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'a+b' },
}
/** SQS has the message. */
export const taken: Reply = { status: 200, body: '{"MessageId":"1","MD5OfMessageBody":"x"}' }

let servers: Server[] = []
afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  servers = []
})

/** An AWS service that gives these answers in turn, the last for ever, and keeps what it was asked. */
export async function awsThatSays(
  ...replies: Reply[]
): Promise<{ url: string; calls: Call[]; closeIdle: () => void }> {
  const calls: Call[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += String(chunk)
    })
    request.on('end', () => {
      const reply = replies[Math.min(calls.length, replies.length - 1)] ?? 'cut'
      calls.push({ headers: request.headers, body })
      if (reply === 'silent') return
      if (reply === 'cut') {
        request.socket.destroy()
        return
      }
      response.writeHead(reply.status).end(reply.body)
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('not listening')
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    closeIdle: () => server.closeIdleConnections(),
  }
}

type Sending = { send: (url: string, queueUrl: string) => Promise<void>; message: unknown }

/** What was sent without the SQS client is what that client would send, signed for the same scope. */
export async function expectAsTheSqsClient({ send, message }: Sending): Promise<void> {
  const { url, calls } = await awsThatSays(taken)
  const QueueUrl = `${url}/000000000000/queue`
  await send(url, QueueUrl)
  const client = new SQSClient({ ...caller, endpoint: url, md5: false })
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }))

  const [ours, theirs] = calls
  expect(JSON.parse(ours?.body ?? '')).toEqual(JSON.parse(theirs?.body ?? ''))
  for (const name of ['content-type', 'x-amz-target', 'x-amz-security-token', 'content-length']) {
    expect(ours?.headers[name], name).toBe(theirs?.headers[name])
  }
  const scopeOf = (call: Call | undefined) =>
    /Credential=([^,]+)/.exec(String(call?.headers.authorization))?.[1]
  expect(scopeOf(ours)).toBe(scopeOf(theirs))
}
