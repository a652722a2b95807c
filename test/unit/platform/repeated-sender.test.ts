import { describe, expect, it } from 'vitest'
import { repeatedSender } from '../../../functions/platform/repeated-sender.ts'
import {
  awsThatSays,
  caller,
  expectAsTheSqsClient,
  type Reply,
  taken,
} from '../../support/aws-that-says.ts'

const message = { kind: 'start', campaignId: '0011223344556677' }
const queueOf = (url: string) => `${url}/000000000000/plan`
const senderTo = (url: string) => repeatedSender(caller, new URL(url), queueOf(url))

describe('sending what must not be lost, without the SQS client', () => {
  it('says what the SQS client would say', async () => {
    await expectAsTheSqsClient({
      send: (url, queueUrl) => repeatedSender(caller, new URL(url), queueUrl)(message),
      message,
    })
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
