import { setTimeout as wait } from 'node:timers/promises'
import { ListQueuesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { books, cloud } from '../support/e2e-cloud.ts'
import { bearer, http, json, oneClick, post } from '../support/e2e-http.ts'
import { isConfirmation, isWelcome, lettersTo, letterTo } from '../support/e2e-inbox.ts'
import { someone, subscribe } from '../support/e2e-person.ts'

let sqs: SQSClient
let queues: string[]
beforeAll(async () => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'local' }
  sqs = new SQSClient({ endpoint: cloud.endpoints.messaging, region: cloud.region, credentials })
  queues = (await sqs.send(new ListQueuesCommand({}))).QueueUrls ?? []
})
afterAll(() => sqs.destroy())

const deliver = (queue: 'letters' | 'request', message: unknown) =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl: queues.find((url) => new RegExp(`-${queue}Queue`, 'i').test(url)),
      MessageBody: JSON.stringify(message),
    }),
  )

describe('messages that SQS delivers again, or late', () => {
  it('welcome nobody twice, and nobody who has left meanwhile (UNSUB-15)', async () => {
    const kari = someone()
    const { unsubscribe } = await subscribe(kari, { topics: ['newsletter'], purposes: [] })
    const { contactId = '' } = await books.addressOf(kari.email)
    const { ledgerId = '' } = (await books.contactOf(kari.email))?.choices.newsletter ?? {}
    const welcome = { kind: 'welcome', contactId, topic: 'newsletter', ledgerId }
    for (let times = 0; times < 5; times++) await deliver('letters', welcome)
    await post(unsubscribe, oneClick)
    const later = { ...welcome, ledgerId: '00000000-0000-7000-8000-000000000000' }
    await deliver('letters', later)
    await wait(1500)

    const letters = await lettersTo(kari.email)
    expect(letters.filter(isWelcome)).toHaveLength(1)
    expect(letters.filter(isConfirmation)).toHaveLength(1)
  })

  it('erase once, tell once, and find nothing to do the next times (RIGHT-11)', async () => {
    const kari = someone()
    await subscribe(kari)
    const { contactId = '' } = await books.addressOf(kari.email)
    const asked = await http('POST', '/api/requests', {
      headers: { ...json, ...bearer(await books.sessionOf(kari.email)) },
      body: '{"kind":"erasure"}',
    })
    const requestId = String(asked.json().id)
    const isErased = ({ text }: { text: string }) => text.includes('fingeravtrykk')
    await letterTo(kari.email, isErased)
    await deliver('request', { kind: 'erasure', contactId, requestId })
    await deliver('letters', { kind: 'erased', letterId: requestId })
    await wait(1500)

    expect((await lettersTo(kari.email)).filter(isErased)).toHaveLength(1)
    const erased = (await books.history(contactId)).filter(({ kind }) => kind === 'erased')
    expect(erased).toHaveLength(1)
  })
})
