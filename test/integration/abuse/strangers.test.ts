import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Call } from '../../support/e2e-wire.ts'
import {
  bearer,
  formType,
  jsonType,
  oneClick,
  openWorkshop,
  type Workshop,
} from '../../support/e2e-workshop.ts'

/** What somebody outside can make us do: told by every call that leaves a function, not by a clock. */
let shop: Workshop
const states = ['known', 'unknown', 'objected', 'stopped', 'erasing', 'erased'] as const
const emailOf = (state: string) => `${state.padEnd(10, 'x')}@example.org`

beforeAll(async () => {
  shop = await openWorkshop()
  const members = states.filter((state) => state !== 'unknown')
  for (const state of members) await shop.subscriber(emailOf(state))
  const session = async (state: string) => ({
    ...jsonType,
    ...bearer(await shop.books.sessionOf(emailOf(state))),
  })
  const ask = async (state: string, kind: string) =>
    shop.ask({
      method: 'POST',
      path: '/api/requests',
      headers: await session(state),
      body: JSON.stringify({ kind }),
    })
  await ask('objected', 'objection')
  await shop.ask({
    method: 'POST',
    path: await shop.books.unsubscribeLink(emailOf('stopped')),
    headers: formType,
    body: 'scope=all',
  })
  await ask('erasing', 'erasure')
  await shop.drain('request')
  await ask('erased', 'erasure')
  for (const message of await shop.drain('request')) await shop.deliver('fulfil-request', message)
  expect(await shop.books.contactOf(emailOf('erased'))).toBeUndefined()
  shop.reset()
})
afterAll(() => shop?.stop())

const calls = (): [string, Call][] =>
  Object.entries(shop.wires).flatMap(([service, wire]) =>
    wire.calls.map((call): [string, Call] => [service, call]),
  )

/** What is random in a call gives way to its length; what is left is the same for everybody. */
const shapeOf = ([service, { action, body }]: [string, Call]) => {
  const shape = body
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/[\w+/-]{16,}={0,2}/g, ({ length }) => `<${length}>`)
    .replace(/"\d{10}"/g, '"<seconds>"')
  return `${service} ${action} ${shape}`
}

async function everything(state: string, ask: (email: string) => Promise<unknown>) {
  shop.reset()
  const answer = await ask(emailOf(state))
  return JSON.stringify([answer, calls().map(shapeOf)])
}

const json = (path: string, more: object) => async (email: string) => {
  const body = JSON.stringify({ email, ...more })
  const {
    status,
    headers,
    body: text,
  } = await shop.ask({
    method: 'POST',
    path,
    headers: jsonType,
    body,
  })
  return [status, headers, text]
}
const form = (path: string, more: string) => async (email: string) => {
  const body = `email=${encodeURIComponent(email)}&${more}`
  const {
    status,
    headers,
    body: text,
  } = await shop.ask({
    method: 'POST',
    path,
    headers: formType,
    body,
  })
  return [status, headers, text]
}

describe('SEC-08: known, unknown, objected, stopped, erasing, erased: one answer, the same calls', () => {
  it.each([
    ['a sign-up', json('/api/subscriptions', { topics: ['newsletter'], locale: 'nb', form: 't' })],
    ['a sign-up by form', form('/api/subscriptions', 'topics=events&locale=en')],
    ['asking for a link', json('/api/links', {})],
    ['asking for a link by form', form('/api/links', 'language=en')],
  ])('%s', async (_, ask) => {
    await everything('unknown', ask)
    const wanted = await everything('unknown', ask)
    expect(wanted).toMatch(/^\[\[202,/)
    for (const state of states) expect(await everything(state, ask), state).toBe(wanted)
  })
})

type Touched = { queue: Set<string>; items: Set<string> }

/** Every item and queue that these calls name. */
function touched(): Touched {
  const items = new Set<string>()
  const queue = new Set<string>()
  for (const [, { body }] of calls()) {
    const parsed: unknown = body === '' ? {} : JSON.parse(body)
    for (const key of keysIn(parsed)) items.add(key)
    const url = (parsed as { QueueUrl?: string }).QueueUrl
    if (url !== undefined) queue.add(url)
  }
  return { items, queue }
}

function keysIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const { pk, sk } = value as { pk?: { S?: string }; sk?: { S?: string } }
  const own = pk?.S === undefined ? [] : [`${pk.S} ${sk?.S ?? ''}`]
  return [...own, ...Object.values(value).flatMap(keysIn)]
}

describe('SEC-09: a flood of forms', () => {
  const sources = Array.from({ length: 40 }, (_, index) => `198.51.100.${index}`)
  const flood = () =>
    Promise.all(
      sources.flatMap((ip, index) =>
        ['/api/subscriptions', '/api/links'].map((path) =>
          shop.ask({
            method: 'POST',
            path,
            headers: jsonType,
            ip,
            body: JSON.stringify({ email: `flood-${index}@example.org`, topics: ['newsletter'] }),
          }),
        ),
      ),
    )

  it('shares no item and no queue with a one-click, nor two forms an item with each other', async () => {
    const path = await shop.books.unsubscribeLink(emailOf('known'))
    shop.reset()
    await shop.ask({ method: 'POST', path, headers: formType, body: oneClick })
    const stopping = touched()
    shop.reset()
    await flood()
    const flooding = touched()

    expect(stopping.items.size).toBeGreaterThan(2)
    expect([...stopping.items].filter((item) => flooding.items.has(item))).toEqual([])
    expect([...stopping.queue]).toEqual([])
    const written = calls()
      .filter(([, { action }]) => action === 'TransactWriteItems')
      .map(([, { body }]) => new Set(keysIn(JSON.parse(body))))
    const all = written.flatMap((keys) => [...keys])
    expect(written).toHaveLength(sources.length)
    expect(new Set(all).size).toBe(all.length)
  })

  it('leaves every one-click its 200, in the middle of it (UNSUB-06)', async () => {
    const emails = Array.from({ length: 12 }, (_, index) => `reader-${index}@example.org`)
    for (const email of emails) await shop.subscriber(email)
    const links = await Promise.all(emails.map((email) => shop.books.unsubscribeLink(email)))
    let answered = false
    const flooded = (async () => {
      let forms = 0
      while (!answered) forms += (await flood()).filter(({ status }) => status === 202).length
      return forms
    })()
    const stopped = links.map((path) =>
      shop.ask({ method: 'POST', path, headers: formType, body: oneClick }),
    )
    const statuses = (await Promise.all(stopped)).map(({ status }) => status)
    answered = true
    expect(await flooded).toBeGreaterThanOrEqual(2 * sources.length)

    expect(new Set(statuses)).toEqual(new Set([200]))
    for (const email of emails) {
      expect((await shop.books.contactOf(email))?.choices.newsletter?.state).toBe('withdrawn')
    }
  })
})
