import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, it } from 'vitest'
import { repeatedSender } from '../../../functions/platform/repeated-sender.ts'
import { awsThatSays, type Reply } from '../../support/aws-that-says.ts'

const caller = {
  region: 'eu-north-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'a+b' },
}
const message = { kind: 'start', campaignId: '0011223344556677' }
const taken: Reply = { status: 200, body: '{"MessageId":"1","MD5OfMessageBody":"x"}' }
const queueOf = (url: string) => `${url}/000000000000/plan`
const senderTo = (url: string) => repeatedSender(caller, new URL(url), queueOf(url))

describe('sending what must not be lost, without the SQS client', () => {
  it('says what the SQS client would say', async () => {
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
  })

  it.each<[string, Reply]>([
    ['a cut connection', 'cut'],
    ['an outage', { status: 503, body: '' }],
    ['throttling', { status: 400, body: '{"__type":"com.amazonaws.sqs#RequestThrottled"}' }],
  ])('is tried again after %s', async (_, reply) => {
    const { url, calls } = await awsThatSays(reply, reply, taken)
    await senderTo(url)(message)
    expect(calls).toHaveLength(3)
  })

  it.each<[string, Reply, number]>([
    ['an outage that does not end', { status: 503, body: '' }, 3],
    ['a refusal, at once', { status: 403, body: '{"__type":"AccessDenied"}' }, 1],
  ])('SEC-12 fails on %s, so that nobody takes it for sent', async (_, reply, times) => {
    const { url, calls } = await awsThatSays(reply)
    await expect(senderTo(url)(message)).rejects.toThrow(/answer/)
    expect(calls).toHaveLength(times)
  })
})
