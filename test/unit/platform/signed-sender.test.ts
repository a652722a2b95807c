import { describe, expect, test } from 'vitest'
import { signedSender } from '../../../functions/platform/signed-sender.ts'
import {
  awsThatSays,
  caller,
  expectAsTheSqsClient,
  type Reply,
  taken,
} from '../../support/aws-that-says.ts'

const message = { kind: 'open', at: '2026-11-27T12:00:00.000Z' }
const queueOf = (url: string) => `${url}/000000000000/hits`
const senderTo = (url: string) => signedSender(caller, new URL(url), queueOf(url))

describe('sending to a queue without the SQS client', () => {
  test('says what the SQS client would say, signed for the same scope', async () => {
    await expectAsTheSqsClient({
      send: (url, queueUrl) => signedSender(caller, new URL(url), queueUrl)(message),
      message,
    })
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
