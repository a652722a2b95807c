import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contactPk, type LedgerEntry, parseEntry } from '../../../functions/consent/ledger.ts'
import { readPartition } from '../../../functions/platform/table.ts'
import {
  bearer,
  formType,
  jsonType,
  openWorkshop,
  type Workshop,
} from '../../support/e2e-workshop.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop()
})
afterAll(() => shop.stop())

const signal = { 'sec-gpc': '1' }
const purposes = ['profiling', 'calls']
const asked = { topics: ['newsletter'], purposes, locale: 'en', form: 'test' }
const ticked = (page: string): string[] =>
  [...page.matchAll(/value="([\w-]+)" checked/g)].map(([, id]) => id ?? '')

async function signUp(email: string, headers: Record<string, string> = {}): Promise<string> {
  const body = JSON.stringify({ email, ...asked })
  const path = '/api/subscriptions'
  const reply = await shop.ask({ method: 'POST', path, headers: { ...jsonType, ...headers }, body })
  expect(reply.status).toBe(202)
  return shop.books.confirmLink(email)
}

async function entriesOf(email: string) {
  const { contactId } = (await shop.books.contactOf(email)) ?? {}
  const { db, ledger } = shop.books.store.tables
  const entries: LedgerEntry[] = []
  for await (const item of readPartition(db, ledger, contactPk(contactId ?? ''))) {
    entries.push(parseEntry(item))
  }
  return entries.map(({ kind, evidence }) => [kind, evidence.privacySignal])
}

describe('Global Privacy Control', () => {
  it('at the form: an explicit tick is the person’s own choice, and the record says that the signal was there (GPC-03)', async () => {
    const email = 'both@example.org'
    const link = await signUp(email, signal)
    const page = await shop.ask({ method: 'GET', path: link, headers: signal })
    expect(ticked(page.body)).toEqual(['newsletter', 'profiling', 'calls'])
    const body = 'topics=newsletter&purposes=profiling&language=en'
    await shop.ask({ method: 'POST', path: link, headers: { ...formType, ...signal }, body })

    expect((await shop.books.contactOf(email))?.choices.profiling?.state).toBe('given')
    expect(await entriesOf(email)).toEqual([
      ['sign-up-requested', true],
      ['confirm', true],
    ])
  })

  it('at the confirmation alone: what makes a profile is not ticked for whoever sends it (GPC-03)', async () => {
    const link = await signUp('later@example.org')
    const page = await shop.ask({ method: 'GET', path: link, headers: signal })
    expect(ticked(page.body)).toEqual(['newsletter', 'calls'])
    expect(page.body).toContain('Global Privacy Control')
    const without = await shop.ask({ method: 'GET', path: link, headers: { 'sec-gpc': 'true' } })
    expect(ticked(without.body)).toEqual(['newsletter', 'profiling', 'calls'])
  })

  it('overwrites no stored choice, unsubscribes nobody, and the page is told of it (GPC-03)', async () => {
    const email = 'stored@example.org'
    await shop.subscriber(email)
    const token = await shop.books.sessionOf(email)
    const before = await shop.books.contactOf(email)
    const path = '/api/preferences'
    const read = (headers: Record<string, string>) =>
      shop.ask({ method: 'GET', path, headers: { ...bearer(token), ...headers } })
    expect(JSON.parse((await read(signal)).body).privacySignal).toBe(true)
    expect(JSON.parse((await read({})).body).privacySignal).toBeUndefined()
    expect((await shop.books.contactOf(email))?.revision).toBe(before?.revision)

    const headers = { ...jsonType, ...bearer(token), ...signal }
    const body = JSON.stringify({ choices: { calls: 'given' } })
    await shop.ask({ method: 'PATCH', path, headers, body })
    expect((await entriesOf(email)).at(-1)).toEqual(['turn-on', true])
    expect((await shop.books.contactOf(email))?.choices.profiling?.state).toBe('given')
  })
})

describe('a form that asks for what the address’s owner said no to', () => {
  it('is met with that box unticked, and with the others as they were (CONS-10)', async () => {
    const email = 'refused@example.org'
    await shop.subscriber(email)
    const token = await shop.books.sessionOf(email)
    const headers = { ...jsonType, ...bearer(token) }
    const body = JSON.stringify({ choices: { profiling: 'withdrawn', newsletter: 'withdrawn' } })
    await shop.ask({ method: 'PATCH', path: '/api/preferences', headers, body })
    const link = await signUp(email)
    const page = await shop.ask({ method: 'GET', path: link })
    expect(ticked(page.body)).toEqual(['newsletter', 'calls'])
    expect(page.body).toContain('You have said no to this before')
  })
})

describe('a form overtaken by a later no', () => {
  it('says so when its button is pressed, in the same words whatever the reason (CONS-16, SEC-08)', async () => {
    const pages: string[] = []
    for (const [index, body] of ['{"kind":"objection"}', '{"kind":"erasure"}'].entries()) {
      const email = `overtaken-${index}@example.org`
      await shop.subscriber(email)
      const link = await signUp(email)
      const headers = { ...jsonType, ...bearer(await shop.books.sessionOf(email)) }
      await shop.ask({ method: 'POST', path: '/api/requests', headers, body })
      const pressed = await shop.ask({
        method: 'POST',
        path: link,
        headers: formType,
        body: 'topics=newsletter&language=en',
      })
      expect(pressed.status).toBe(410)
      pages.push(pressed.body)
    }
    expect(pages[0]).toContain('What was said last holds')
    expect(pages[0]).not.toContain('too old')
    expect(pages[1]).toBe(pages[0])
  })

  it('is looked at by HEAD without harm, with the headers of the page (UNSUB-07)', async () => {
    const link = await signUp('head@example.org')
    const shown = await shop.ask({ method: 'GET', path: link })
    const looked = await shop.ask({ method: 'HEAD', path: link })
    expect(looked.status).toBe(shown.status)
    expect(looked.headers?.['cache-control']).toBe('no-store')
    expect(await shop.books.contactOf('head@example.org')).toBeUndefined()
  })
})
