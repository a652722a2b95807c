import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWorkshop, type Workshop } from '../support/e2e-workshop.ts'
import { failedMessages, httpAnswer } from '../support/handler-answers.ts'

/**
 * Events as AWS documents them (API Gateway payload 2.0, SQS, DynamoDB Streams), one file a variant,
 * given to the bundles that are deployed. What differs from run to run stands in braces.
 */
const directory = new URL('./events/', import.meta.url)

let shop: Workshop
let values: Record<string, string>
beforeAll(async () => {
  shop = await openWorkshop()
  const email = 'recorded@example.org'
  await shop.subscriber(email)
  await shop.signUp('pending@example.org')
  const confirm = (await shop.books.confirmLink('pending@example.org')).slice('/s/'.length)
  values = {
    unsubscribe: (await shop.books.unsubscribeLink(email)).slice('/u/'.length),
    confirm,
    session: await shop.books.sessionOf(email),
    signUpId: await shop.books.pendingSignUp('pending@example.org'),
    origin: shop.cdn,
    now: String(Date.now()),
    sentAt: new Date().toISOString(),
    happenedAt: new Date().toISOString(),
  }
})
afterAll(() => shop?.stop())

type RecordedEvent = { Records?: { messageId: string }[] }
function recorded(name: string): RecordedEvent {
  const text = readFileSync(new URL(`${name}.json`, directory), 'utf8')
  return JSON.parse(text.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole))
}
const state = async (topic: string) =>
  (await shop.books.contactOf('recorded@example.org'))?.choices[topic]?.state

const requests: [string, string, number, RegExp][] = [
  ['http-get-link', 'unsubscribe', 200, /r•••@…/],
  ['http-head-link', 'unsubscribe', 200, /./],
  ['http-one-click-urlencoded', 'unsubscribe', 200, /./],
  ['http-one-click-multipart', 'unsubscribe', 200, /./],
  ['http-one-click-text', 'unsubscribe', 200, /./],
  ['http-one-click-no-body', 'unsubscribe', 200, /./],
  ['http-press-all', 'unsubscribe', 200, /lang="en"/],
  ['http-sign-up-json', 'subscriber-api', 202, /check-your-inbox/],
  ['http-sign-up-form', 'subscriber-api', 202, /lang="en"/],
  ['http-sign-up-json-as-base64', 'subscriber-api', 202, /check-your-inbox/],
  ['http-confirm-page', 'subscriber-api', 200, /pending@example\.org/],
  ['http-preferences', 'subscriber-api', 200, /recorded@example\.org/],
  ['http-preferences-patch', 'subscriber-api', 200, /"webinars"/],
  ['http-preferences-no-token', 'subscriber-api', 401, /"unauthorised"/],
  ['http-policy-stage-variables', 'subscriber-api', 200, /"newsletter"/],
  ['http-staff-claims-list', 'staff-api', 202, /"id"/],
  ['http-staff-claims-one', 'staff-api', 202, /"id"/],
  ['http-staff-claims-text', 'staff-api', 202, /"id"/],
  ['http-staff-claims-other', 'staff-api', 403, /"forbidden"/],
  ['http-staff-claims-none', 'staff-api', 403, /"forbidden"/],
  ['http-staff-no-authorizer', 'staff-api', 401, /"unauthorised"/],
]

const batches: [string, string, number[]][] = [
  ['sqs-letters-one', 'send-letters', []],
  ['sqs-letters-redelivered', 'send-letters', []],
  ['sqs-letters-redriven', 'send-letters', []],
  // What is no message of ours is given back, to be looked at; the others are done.
  ['sqs-letters-batch', 'send-letters', [1, 3]],
  ['sqs-request-one', 'fulfil-request', []],
  ['sqs-export-one', 'export-audience', []],
  ['sqs-empty', 'send-letters', []],
]

const mailEvents: [string, number[]][] = [
  ['ses-send', []],
  ['ses-delivery', []],
  ['ses-delivery-as-notification', []],
  ['ses-delivery-delay', []],
  ['ses-bounce-permanent', []],
  ['ses-bounce-as-notification', []],
  ['ses-bounce-suppression-list', []],
  ['ses-bounce-transient', []],
  ['ses-bounce-undetermined', []],
  ['ses-complaint', []],
  ['ses-complaint-no-report', []],
  ['ses-complaint-as-notification', []],
  ['ses-complaint-not-spam', []],
  ['ses-reject', []],
  ['ses-rendering-failure', []],
  ['ses-subscription', []],
  // Both that SES sends once when it is told of a topic: it would be set aside, and ring, at each deployment.
  ['ses-greeting', []],
  // Nobody asked SES who opened or clicked: given back, so that somebody hears of it (SEND-08).
  ['ses-batch-with-tracking', [1, 2, 3]],
]
for (const [name, failed] of mailEvents) batches.push([name, 'mail-events', failed])

describe('a request as API Gateway hands it over', () => {
  it.each(requests)('%s to %s: %i', async (name, functionName, status, body) => {
    const answer = httpAnswer(await shop.invoke(functionName, recorded(name)))
    expect([answer.statusCode, answer.body]).toEqual([status, expect.stringMatching(body)])
  })

  it.each(['urlencoded', 'multipart', 'text', 'no-body'])(
    'a one-click in %s is one-click: it stops the topic and leaves the others (UNSUB-04)',
    async (kind) => {
      const email = `one-click-${kind}@example.org`
      await shop.subscriber(email)
      values.unsubscribe = (await shop.books.unsubscribeLink(email)).slice('/u/'.length)
      await shop.invoke('unsubscribe', recorded(`http-one-click-${kind}`))
      const choices = (await shop.books.contactOf(email))?.choices
      expect([choices?.newsletter?.state, choices?.events?.state]).toEqual(['withdrawn', 'given'])
    },
  )

  it('letters beyond ASCII arrive whole, as text and as base64', async () => {
    for (const [kind, email, name] of [
      ['json', 'recorded.json@example.org', 'Kåre Ærlig'],
      ['form', 'recorded.form@example.org', 'Kåre'],
    ] as const) {
      httpAnswer(await shop.invoke('subscriber-api', recorded(`http-sign-up-${kind}`)))
      const path = await shop.books.confirmLink(email)
      expect((await shop.ask({ method: 'GET', path })).body).toContain(name)
    }
  })

  it('what was changed by them is changed', async () => {
    expect(await state('newsletter')).toBe('withdrawn')
    expect(await state('webinars')).toBe('given')
  })
})

describe('a batch as Lambda takes it off a queue', () => {
  it.each(batches)('%s to %s: given back are %j', async (name, functionName, failed) => {
    const event = recorded(name)
    const ids = (event.Records ?? []).map(({ messageId }) => messageId)
    const given = failedMessages(await shop.invoke(functionName, event), ids)
    expect(given).toEqual(failed.map((index) => ids[index]))
  })
})

describe('what SES tells of a mail', () => {
  const suppressionsAfter = async (name: string, email: string) => {
    await shop.subscriber(email)
    values.contactId = (await shop.books.contactOf(email))?.contactId ?? ''
    values.sentAt = values.happenedAt = new Date().toISOString()
    for (let times = 0; times < 2; times++) await shop.invoke('mail-events', recorded(name))
    const { suppressions } = await shop.books.addressOf(email)
    const choices = (await shop.books.contactOf(email))?.choices
    return [Object.keys(suppressions), choices?.newsletter?.state]
  }

  it.each([
    ['ses-complaint', 'ses.complaint@example.org'],
    ['ses-complaint-no-report', 'ses.bare@example.org'],
    ['ses-complaint-as-notification', 'ses.complaint.notified@example.org'],
  ])('SEND-04 %s is an objection, in whichever of its shapes', async (name, email) => {
    expect(await suppressionsAfter(name, email)).toEqual([['complaint'], 'objected'])
  })

  it.each([
    ['ses-bounce-permanent', 'ses.permanent@example.org'],
    ['ses-bounce-as-notification', 'ses.notified@example.org'],
    ['ses-bounce-suppression-list', 'ses.suppressed@example.org'],
  ])('SEND-04 %s suppresses delivery and is no objection', async (name, email) => {
    expect(await suppressionsAfter(name, email)).toEqual([['bounce'], 'given'])
  })

  it.each([
    ['ses-bounce-transient', 'ses.transient@example.org'],
    ['ses-bounce-undetermined', 'ses.undetermined@example.org'],
    ['ses-complaint-not-spam', 'ses.not-spam@example.org'],
  ])('%s changes nothing', async (name, email) => {
    expect(await suppressionsAfter(name, email)).toEqual([[], 'given'])
  })
})

it('every recorded event is given to somebody', () => {
  const files = readdirSync(directory).map((file) => file.replace(/\.json$/, ''))
  expect(files.sort()).toEqual([...requests, ...batches].map(([name]) => name).sort())
})
