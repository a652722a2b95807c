import { createServer } from 'node:http'
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { manySender } from '../../../functions/platform/queue.ts'
import { closeServer, listenOnLoopback } from '../../../infra/local/services/loopback.ts'
import { type Messaging, startMessaging } from '../../../infra/local/services/messaging.ts'

let messaging: Messaging
const clientOf = (endpoint: string) =>
  new SQSClient({
    endpoint,
    region: 'eu-north-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })

beforeAll(async () => {
  messaging = await startMessaging(0)
})
afterAll(() => messaging.stop())

/** Of `{}`: the client checks it. */
const md5OfBody = '99914b932bd37a50b983c5e7c90ae93b'

describe('many messages for one queue', () => {
  it.each([
    [0, 0],
    [1, 1],
    [10, 1],
    [23, 3],
  ])('%i take %i calls, and each arrives once', async (count, calls) => {
    const sqs = clientOf(messaging.endpoint)
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `many-${count}` }))
    let called = 0
    sqs.middlewareStack.add((next) => (args) => {
      called += 1
      return next(args)
    })
    const numbers = Array.from({ length: count }, (_, number) => number)
    await manySender<{ number: number }>(sqs, QueueUrl ?? '')(numbers.map((number) => ({ number })))
    expect(called).toBe(calls)

    const arrived: string[] = []
    for (let empty = false; !empty; ) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      )
      arrived.push(...Messages.map(({ Body = '' }) => Body))
      empty = Messages.length === 0
    }
    expect(arrived.sort()).toEqual(numbers.map((number) => JSON.stringify({ number })).sort())
    sqs.destroy()
  })

  it('of which SQS takes some only: the sender says so, though the call itself succeeded', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' })
      response.end(
        JSON.stringify({
          Successful: [{ Id: '0', MessageId: 'm', MD5OfMessageBody: md5OfBody }],
          Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }],
        }),
      )
    })
    const sqs = clientOf(await listenOnLoopback(server, 0))
    await expect(manySender(sqs, 'http://localhost/queue')([{}, {}])).rejects.toThrow(
      /did not take 1 messages: InternalError/,
    )
    sqs.destroy()
    await closeServer(server)
  })
})
