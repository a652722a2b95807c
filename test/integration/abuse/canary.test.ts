import { afterAll, beforeAll, expect, it } from 'vitest'
import { canary, canaryTraces } from '../../support/canary.ts'
import {
  bearer,
  formType,
  jsonType,
  oneClick,
  openWorkshop,
  type Workshop,
} from '../../support/e2e-workshop.ts'

/** One person whose every detail is known, through all that can be done, with a mistake at each step. */
let shop: Workshop
const problems: string[] = []
const tokens: string[] = []
const { email, name, phone, company, title, ip } = canary
const asked = { topics: ['newsletter', 'events'], purposes: ['profiling'], locale: 'nb' }

async function ask(method: string, path: string, over: { headers?: object; body?: unknown } = {}) {
  const body = typeof over.body === 'object' ? JSON.stringify(over.body) : String(over.body ?? '')
  const headers = { ...jsonType, ...over.headers } as Record<string, string>
  const reply = await shop.ask({ method, path, headers, body, ip })
  if (reply.status >= 400) problems.push(reply.body)
  return reply
}

async function deliverAll() {
  for (const message of await shop.drain('letters')) await shop.deliver('send-letters', message)
  for (const message of await shop.drain('request')) await shop.deliver('fulfil-request', message)
}

beforeAll(async () => {
  shop = await openWorkshop()
  const form = { email, name, phone, company, title, form: 'test', ...asked }
  await ask('POST', '/api/subscriptions', { body: { ...form, topics: [name], phone: email } })
  await ask('POST', '/api/subscriptions', { body: form })
  const confirm = await shop.books.confirmLink(email)
  await deliverAll()
  await ask('GET', confirm)
  await shop.confirm(email)
  const unsubscribe = await shop.books.unsubscribeLink(email)
  const session = await shop.books.sessionOf(email)
  const manage = await shop.books.manageLink(email)
  tokens.push(...[confirm, unsubscribe].map((link) => link.slice(3)), session, manage)
  await deliverAll()
  await ask('POST', '/api/links', { body: { email } })
  await ask('POST', '/api/links', { body: { email: `${email} ${name}` } })
  await deliverAll()
  await ask('POST', '/api/sessions', { headers: bearer(manage) })
  await ask('POST', '/api/sessions', { headers: bearer(manage) })
  await ask('GET', '/api/preferences', { headers: bearer(session) })
  for (const choices of [{ newsletter: 'given' }, { [email]: 'given' }, { newsletter: phone }]) {
    await ask('PATCH', '/api/preferences', { headers: bearer(session), body: { choices } })
  }
  await ask('PATCH', '/api/preferences', { headers: bearer(session), body: { undo: canary.token } })
  await ask('GET', unsubscribe)
  await ask('POST', unsubscribe, { headers: formType, body: oneClick })
  await ask('POST', `${unsubscribe}/undo`, { headers: formType, body: `undo=${canary.token}` })
  await ask('POST', '/api/requests', { headers: bearer(session), body: { kind: email } })
  await ask('GET', `/api/requests/${canary.token}`, { headers: bearer(session) })
  for (const kind of ['objection', 'erasure']) {
    await ask('POST', '/api/requests', { headers: bearer(session), body: { kind } })
    await deliverAll()
  }
  expect(await shop.books.contactOf(email)).toBeUndefined()
}, 60_000)
afterAll(() => shop?.stop())

const found = (text: string, traces: readonly string[]) =>
  traces.filter((trace) => text.toLowerCase().includes(trace.toLowerCase()))
const traces = () => [...canaryTraces, ...tokens]

it('SEC-14: no log line of any function holds who it was, or a token of theirs', () => {
  expect(shop.logs()).toContain('a person was erased')
  expect(found(shop.logs(), traces())).toEqual([])
})

it('SEC-14: no message in a queue does, and so none that is set aside', () => {
  const sent = shop.wires.messaging.calls.filter(({ action }) => action === 'SendMessage')
  expect(sent.length).toBeGreaterThan(5)
  expect(sent.flatMap(({ body }) => found(body, traces()))).toEqual([])
})

it('invariant 10: nothing that is written to or asked of a table does, outside its seal', () => {
  const { calls } = shop.wires.dynamodb
  expect(calls.length).toBeGreaterThan(20)
  expect(calls.flatMap(({ body }) => found(body, traces()))).toEqual([])
})

it('SEC-12: no answer that refuses does', () => {
  expect(problems.length).toBeGreaterThan(7)
  expect(problems.flatMap((body) => found(body, canaryTraces))).toEqual([])
})

it('RIGHT-11: once erased, no table does, whichever way it is read', async () => {
  const tables = await Promise.all((['main', 'ledger', 'keys'] as const).map(shop.books.all))
  const plain = JSON.stringify(tables, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  )
  expect(found(plain, traces())).toEqual([])
})

it('only the letters hold the address, each to whom it is for', () => {
  const { calls } = shop.wires.mail
  expect(calls.length).toBeGreaterThan(2)
  for (const { body } of calls) expect(found(body, [name, phone, ip])).toEqual([])
})
