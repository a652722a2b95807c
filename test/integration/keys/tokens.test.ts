import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TokenPurpose, tokenPurposes } from '../../../functions/platform/keyring.ts'
import { revoke } from '../../../infra/key-revocation.ts'
import { rotate } from '../../../infra/key-rotation.ts'
import { type Books, openBooks } from '../../support/e2e-books.ts'
import { type Ask, startWiredFunctions, type WiredFunctions } from '../../support/e2e-functions.ts'
import {
  bearer,
  formType,
  jsonType,
  oneClick,
  openWorkshop,
  type Workshop,
} from '../../support/e2e-workshop.ts'
import { keyDesk } from './key-desk.ts'

/** The links and tokens of one person, all made under one generation of keys. */
type Held = {
  email: string
  unsubscribe: string
  manage: string
  session: string
  overdue: string
  confirm: string
  undo: string
}

let shop: Workshop
/** Functions that start after the keys were changed, as all are once their minute is over. */
let functions: WiredFunctions
let books: Books
const before: Held[] = []

const path = () => shop.local.env('subscriber-api').KEY_PATH ?? ''
const desk = () => keyDesk(shop.local.ssm, path())
const keyOf = (token: string): number | undefined =>
  Buffer.from(token.slice(token.lastIndexOf('/') + 1), 'base64url')[1]

beforeAll(async () => {
  shop = await openWorkshop()
  for (let person = 0; person < 6; person++) before.push(await hold(`person-${person}@example.org`))
  functions = shop
  books = shop.books
}, 120_000)
afterAll(async () => {
  if (functions !== shop) await functions?.stop()
  await shop?.stop()
})

/** Makes a subscriber of newsletter and events, who has turned events off and not taken it back. */
async function hold(email: string): Promise<Held> {
  await shop.subscriber(email)
  const events = await shop.books.unsubscribeLink(email, 'events')
  const { body } = await shop.ask({
    method: 'POST',
    path: events,
    headers: formType,
    body: 'scope=topic',
  })
  await shop.signUp(email, { topics: ['webinars'], purposes: [] })
  return {
    email,
    unsubscribe: await shop.books.unsubscribeLink(email),
    manage: await shop.books.manageLink(email),
    session: await shop.books.sessionOf(email),
    overdue: await shop.books.sessionOf(email, { expires: new Date(Date.now() - 1000) }),
    confirm: await shop.books.confirmLink(email),
    undo: /name="undo" value="([\w-]+)"/.exec(body)?.[1] ?? '',
  }
}

async function startAnew(): Promise<void> {
  if (functions !== shop) await functions.stop()
  functions = await startWiredFunctions(shop.local)
  const { dynamodb, ssm, tables } = shop.local
  books = openBooks({ dynamodb, ssm, tables, keyPath: path() })
}

const ask = async (request: Ask) => functions.ask(request)
const get = async (url: string, token?: string) =>
  ask({ method: 'GET', path: url, ...(token === undefined ? {} : { headers: bearer(token) }) })
const press = async (url: string, body: string) =>
  ask({ method: 'POST', path: url, headers: formType, body })
const exchange = async (token: string) =>
  ask({ method: 'POST', path: '/api/sessions', headers: bearer(token) })
async function stateOf(email: string, purpose: string): Promise<string | undefined> {
  return (await books.contactOf(email))?.choices[purpose]?.state
}
const held = (index: number): Held => before[index]!

describe('after a rotation of every token key', () => {
  beforeAll(async () => {
    for (const purpose of tokenPurposes) await rotate(desk(), purpose)
    await startAnew()
  }, 60_000)

  test('UNSUB-12: a link of before shows, turns off and can be taken back', async () => {
    const { email, unsubscribe } = held(0)
    expect(keyOf(unsubscribe)).toBe(1)
    const page = await get(unsubscribe)
    expect([page.status, page.body.includes('p•••@')]).toEqual([200, true])
    const off = await press(unsubscribe, 'scope=topic')
    expect(off.status).toBe(200)
    expect(await stateOf(email, 'newsletter')).toBe('withdrawn')
    const undo = /name="undo" value="([\w-]+)"/.exec(off.body)?.[1] ?? ''
    expect(keyOf(undo)).toBe(2)
    expect((await press(`${unsubscribe}/undo`, `undo=${undo}`)).status).toBe(200)
    expect(await stateOf(email, 'newsletter')).toBe('given')
  })

  test('UNSUB-12: a mailbox provider’s press under an old key counts', async () => {
    const { email, unsubscribe } = held(1)
    expect((await press(unsubscribe, oneClick)).status).toBe(200)
    expect(await stateOf(email, 'newsletter')).toBe('withdrawn')
  })

  test('SEC-03: what was signed before opens until its own time is over', async () => {
    const { email, session, overdue, manage, undo, unsubscribe } = held(2)
    expect((await get('/api/preferences', session)).json()).toMatchObject({ address: email })
    expect((await get('/api/preferences', overdue)).status).toBe(401)
    expect((await press(`${unsubscribe}/undo`, `undo=${undo}`)).status).toBe(200)
    expect(await stateOf(email, 'events')).toBe('given')
    const opened = await exchange(manage)
    expect(opened.status).toBe(200)
    expect(keyOf(String(opened.json().token))).toBe(2)
    expect((await get('/api/preferences', String(opened.json().token))).status).toBe(200)
  })

  test('SEC-03: a sign-up that waits for its button is confirmed', async () => {
    const { email, confirm } = held(2)
    expect((await get(confirm)).status).toBe(200)
    expect((await press(confirm, 'topics=webinars')).status).toBe(200)
    expect(await stateOf(email, 'webinars')).toBe('given')
  })
})

describe('after the former keys were revoked', () => {
  beforeAll(async () => {
    for (const purpose of tokenPurposes) await revoke(desk(), { purpose, id: 1 })
    await startAnew()
  }, 60_000)

  test('UNSUB-12: a link under a revoked key shows nothing', async () => {
    const { unsubscribe } = held(3)
    const { status, body } = await get(unsubscribe)
    expect(status).toBe(200)
    expect(body).toContain('<form')
    expect(body).not.toMatch(/•••|example\.org/)
    expect((await get('/api/preferences', unsubscribe.slice(3))).status).toBe(401)
  })

  test.each([
    ['the topic', 3, 'scope=topic', ['newsletter']],
    ['a provider’s one-click', 4, oneClick, ['newsletter']],
    ['everything', 5, 'scope=all', ['newsletter', 'direct-marketing']],
  ])('UNSUB-12: it still turns off (%s), and mints no undo', async (_, index, body, purposes) => {
    const { email, unsubscribe } = held(index)
    expect(await stateOf(email, 'newsletter')).toBe('given')
    const answer = await press(unsubscribe, body)
    expect(answer.status).toBe(200)
    expect(answer.body).not.toMatch(/name="undo"|•••|example\.org/)
    for (const purpose of purposes) expect(await stateOf(email, purpose)).toBe('withdrawn')
  })

  test('UNSUB-12: it has no link mailed, and nobody can tell', async () => {
    const token = held(3).unsubscribe.slice(3)
    await shop.drain('letters')
    const asJson = await ask({ method: 'POST', path: '/api/links', headers: bearer(token) })
    const asForm = await press('/api/links', `token=${token}`)
    expect([asJson.status, asForm.status]).toEqual([202, 202])
    expect(await shop.drain('letters')).toEqual([])
    const good = (await books.unsubscribeLink(held(3).email)).slice(3)
    const known = await ask({ method: 'POST', path: '/api/links', headers: bearer(good) })
    expect(known.body).toBe(asJson.body)
    expect(await shop.drain('letters')).toHaveLength(1)
  })

  test('SEC-03: it cannot change anything as a bearer', async () => {
    const { email, unsubscribe } = held(0)
    const patch = await ask({
      method: 'PATCH',
      path: '/api/preferences',
      headers: { ...jsonType, ...bearer(unsubscribe.slice(3)) },
      body: '{"choices":{"newsletter":"given"}}',
    })
    expect(patch.status).toBe(401)
    expect(await stateOf(email, 'newsletter')).toBe('given')
  })

  test('SEC-03: sessions and links to one’s choices are refused', async () => {
    const { session, manage } = held(3)
    for (const token of [session, manage]) {
      const answer = await get('/api/preferences', token)
      expect([answer.status, answer.json().code]).toEqual([401, 'unauthorised'])
    }
    const { status, body } = await exchange(manage)
    expect(status).toBe(401)
    expect(body).not.toContain('"token"')
  })

  test('SEC-03: a confirmation is refused, and confirms nothing', async () => {
    const { email, confirm } = held(4)
    expect((await get(confirm)).status).toBe(404)
    expect((await press(confirm, 'topics=webinars')).status).toBe(404)
    expect(await stateOf(email, 'webinars')).toBeUndefined()
  })

  test('SEC-03: an undo is refused, and takes nothing back', async () => {
    const { email, undo } = held(4)
    expect(keyOf(undo)).toBe(1)
    const link = await books.unsubscribeLink(email, 'events')
    expect((await press(`${link}/undo`, `undo=${undo}`)).status).toBe(409)
    expect(await stateOf(email, 'events')).toBe('withdrawn')
  })

  test('SEC-03: everything under the new keys works', async () => {
    const { email } = held(1)
    const link = await books.unsubscribeLink(email)
    const session = await books.sessionOf(email)
    const manage = await books.manageLink(email)
    for (const token of [link, session, manage]) expect(keyOf(token)).toBe(2)
    expect((await get(link)).body).toContain('•••')
    expect((await get('/api/preferences', session)).status).toBe(200)
    expect((await exchange(manage)).status).toBe(200)
  })

  test('SEC-14: no token of any kind is in the logs of any of this', () => {
    const logs = shop.logs() + functions.logs()
    const purposes: (keyof Held & TokenPurpose)[] = [
      'unsubscribe',
      'manage',
      'session',
      'confirm',
      'undo',
    ]
    for (const each of before) {
      for (const purpose of purposes) {
        expect(each[purpose].length).toBeGreaterThan(30)
        expect(logs).not.toContain(each[purpose].replace(/^\/[us]\//, ''))
      }
    }
  })
})
