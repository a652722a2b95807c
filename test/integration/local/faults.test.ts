import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Clients, createClients, destroyClients } from '../../../infra/local/clients.ts'
import type { Cloud } from '../../../infra/local/cloud.ts'
import { type Books, openBooks } from '../../support/e2e-books.ts'
import { startLocalCloud } from '../../support/local-cloud.ts'

let cloud: Cloud
let clients: Clients
let books: Books

beforeAll(async () => {
  cloud = await startLocalCloud({ empty: true })
  clients = createClients(cloud.endpoints, cloud.deployment.region)
  const { MAIN_TABLE, LEDGER_TABLE, KEYS_TABLE, KEY_PATH } = cloud.env('subscriber-api')
  const tables = { main: MAIN_TABLE ?? '', ledger: LEDGER_TABLE ?? '', keys: KEYS_TABLE ?? '' }
  books = openBooks({ ...clients, tables, keyPath: KEY_PATH ?? '' })
  // A message that failed comes again after minutes when deployed: nobody waits so long for a test.
  const letters = cloud.env('send-letters').LETTERS_QUEUE_URL ?? ''
  const QueueUrl = cloud.endpoints.messaging + new URL(letters).pathname
  const Attributes = { VisibilityTimeout: '4' }
  await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }))
})

afterEach(() => cloud.faults.clear())

afterAll(async () => {
  destroyClients(clients)
  await cloud.stop()
})

const post = (path: string, body: string, type = 'application/x-www-form-urlencoded') =>
  fetch(cloud.origin + path, { method: 'POST', body, headers: { 'content-type': type } })

const signUp = (email: string) =>
  post(
    '/api/subscriptions',
    JSON.stringify({ email, topics: ['newsletter'], purposes: [], locale: 'nb', form: 'test' }),
    'application/json',
  )

/** Somebody who gets the newsletter, and the link that ends it. */
async function subscriber(email: string): Promise<string> {
  expect((await signUp(email)).status).toBe(202)
  const { status } = await post(await books.confirmLink(email), 'topics=newsletter')
  expect(status).toBe(200)
  return books.unsubscribeLink(email)
}

const oneClick = (link: string) => post(link, 'List-Unsubscribe=One-Click')
const stateOf = async (email: string) => (await books.contactOf(email))?.choices.newsletter?.state

async function kindsIn(email: string): Promise<string[]> {
  const contact = await books.contactOf(email)
  return (await books.history(contact?.contactId ?? '')).map(({ kind }) => kind)
}

async function lettersTo(email: string): Promise<number> {
  const store: { emails: { destination: { to: string[] } }[] } = await (
    await fetch(`${cloud.inbox}/store`)
  ).json()
  return store.emails.filter(({ destination }) => destination.to.includes(email)).length
}

describe('what people get when the services behind the functions misbehave', () => {
  it('a storm of transaction conflicts is retried until each press is decided (UNSUB-10)', async () => {
    const people = Array.from({ length: 8 }, (_, n) => `storm${n}@example.org`)
    const links = await Promise.all(people.map(subscriber))
    cloud.faults.set(
      [
        {
          service: 'dynamodb',
          action: 'TransactWriteItems',
          function: 'unsubscribe',
          fault: 'conflict',
          probability: 0.4,
        },
      ],
      7,
    )
    const answers = await Promise.all(links.map(oneClick))

    expect(answers.map(({ status }) => status)).toEqual(people.map(() => 200))
    expect(await Promise.all(people.map(stateOf))).toEqual(people.map(() => 'withdrawn'))
    expect(cloud.faults.struck()[0]).toBeGreaterThan(0)
  })

  it('a press that the database throttles is answered 503, never as a success, and works later (UNSUB-10)', async () => {
    const link = await subscriber('throttled@example.org')
    cloud.faults.set([{ service: 'dynamodb', function: 'unsubscribe', fault: 'throttle' }])
    const refused = await oneClick(link)

    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30'])
    expect(await stateOf('throttled@example.org')).toBe('given')

    cloud.faults.clear()
    expect((await oneClick(link)).status).toBe(200)
    expect(await stateOf('throttled@example.org')).toBe('withdrawn')
  })

  it.each(['cut-before', 'cut-after'] as const)(
    'a connection that is %s is one act in the history all the same (UNSUB-09)',
    async (fault) => {
      const email = `${fault}@example.org`
      const link = await subscriber(email)
      cloud.faults.set([{ action: 'TransactWriteItems', function: 'unsubscribe', fault, times: 1 }])
      const { status } = await oneClick(link)

      expect([status, cloud.faults.struck()]).toEqual([200, [1]])
      expect(await stateOf(email)).toBe('withdrawn')
      expect(await kindsIn(email)).toEqual(['sign-up-requested', 'confirm', 'one-click'])
    },
  )

  it('a sign-up whose answer from the queue got lost sends one letter (SEC-09)', async () => {
    cloud.faults.set([{ service: 'sqs', function: 'subscriber-api', fault: 'cut-after', times: 1 }])
    const { status } = await signUp('lost-answer@example.org')
    await expect.poll(() => lettersTo('lost-answer@example.org'), wait).toBe(1)
    // The message that the client's repetition added has been taken off the queue, too.
    await new Promise((resolve) => setTimeout(resolve, 1000))

    expect([status, cloud.faults.struck()]).toEqual([202, [1]])
    expect(await lettersTo('lost-answer@example.org')).toBe(1)
  })

  it('a table that hangs is a table that is down: 503, nothing is claimed, and it works later (UNSUB-10)', async () => {
    const link = await subscriber('waiting@example.org')
    cloud.faults.set([{ service: 'dynamodb', function: 'unsubscribe', fault: 'timeout' }])
    const { status } = await oneClick(link)

    expect(status).toBe(503)
    expect(await stateOf('waiting@example.org')).toBe('given')

    cloud.faults.clear()
    expect((await oneClick(link)).status).toBe(200)
    expect(await stateOf('waiting@example.org')).toBe('withdrawn')
  })

  it('a letter that SES would not take waits in its queue, and goes out once (SEC-12)', async () => {
    const email = 'patient@example.org'
    expect((await signUp(email)).status).toBe(202)
    await expect.poll(() => lettersTo(email), wait).toBe(1)
    cloud.faults.set([{ service: 'ses', fault: 'throttle', times: 2 }])
    const { status } = await post(await books.confirmLink(email), 'topics=newsletter')

    expect(status).toBe(200)
    await expect.poll(() => cloud.faults.struck(), wait).toEqual([2])
    expect(await lettersTo(email)).toBe(1)
    await expect.poll(() => lettersTo(email), wait).toBe(2)
  })

  it('none of it was a denial: the roles allow all that these journeys need', () => {
    expect(cloud.permissions.denials()).toEqual([])
  })
})

const wait = { timeout: 25_000, interval: 200 }
