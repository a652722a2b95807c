import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, test } from 'vitest'
import { signedSender } from '../../../functions/platform/signed-sender.ts'
import { awsThatSays, type Reply } from '../../support/aws-that-says.ts'

const caller = {
  region: 'eu-north-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'a+b' },
}
const message = { kind: 'open', at: '2026-11-27T12:00:00.000Z' }
const taken: Reply = { status: 200, body: '{"MessageId":"1","MD5OfMessageBody":"x"}' }
const queueOf = (url: string) => `${url}/000000000000/hits`
const senderTo = (url: string) => signedSender(caller, new URL(url), queueOf(url))

describe('sending to a queue without the SQS client', () => {
  test('says what the SQS client would say, signed for the same scope', async () => {
    const { url, calls } = await awsThatSays(taken)
    await senderTo(url)(message)
    const client = new SQSClient({ ...caller, endpoint: url, md5: false })
    const MessageBody = JSON.stringify(message)
    await client.send(new SendMessageCommand({ QueueUrl: queueOf(url), MessageBody }))

    const [ours, theirs] = calls
    expect(JSON.parse(ours?.body ?? '')).toEqual(JSON.parse(theirs?.body ?? ''))
    for (const name of ['content-type', 'x-amz-target', 'x-amz-security-token', 'content-length']) {
      expect(ours?.headers[name], name).toBe(theirs?.headers[name])
    }
    const scope = (headers: typeof ours) =>
      /Credential=([^,]+)/.exec(String(headers?.headers.authorization))?.[1]
    expect(scope(ours)).toBe(scope(theirs))
  })

  test('a connection that was closed while the function slept loses no hit', async () => {
    const { url, calls } = await awsThatSays(taken, 'cut', taken)
    const send = senderTo(url)
    await send(message)
    await send(message)
    expect(calls).toHaveLength(3)
  })

  test('many at once go out side by side and are all taken', async () => {
    const { url, calls } = await awsThatSays(taken)
    await Promise.all(Array.from({ length: 120 }, () => senderTo(url)(message)))
    expect(calls).toHaveLength(120)
  })

  test.for<[string, Reply, RegExp, number]>([
    ['an outage', { status: 503, body: '' }, /answered 503/, 1],
    ['a refusal', { status: 403, body: '{"__type":"AccessDenied"}' }, /answered 403/, 1],
    ['connections that are cut', 'cut', /socket hang up|ECONNRESET/, 2],
    ['silence, after a second', 'silent', /no answer in time/, 1],
  ])('SEC-12 nobody waits for a queue longer: %s', async ([, reply, message_, times]) => {
    const { url, calls } = await awsThatSays(reply)
    await expect(senderTo(url)(message)).rejects.toThrow(message_)
    expect(calls).toHaveLength(times)
  })
})
