import { beforeAll, describe, expect, it } from 'vitest'
import { books } from '../support/e2e-cloud.ts'
import { bearer, form, get, http, json, oneClick, post } from '../support/e2e-http.ts'
import { isWelcome, lettersTo } from '../support/e2e-inbox.ts'
import { type Someone, someone, subscribe } from '../support/e2e-person.ts'

/** What preference centres and newsletter tools in use have got wrong, each tried here. */
let kari: Someone
let ola: Someone
let link: string
beforeAll(async () => {
  kari = someone()
  ola = someone('ola')
  link = (await subscribe(kari)).unsubscribe
  await subscribe(ola)
})

const standing = async ({ email }: Someone) => {
  const contact = await books.contactOf(email)
  const states = Object.entries(contact?.choices ?? {}).map(([id, { state }]) => [id, state])
  return { ...Object.fromEntries(states), erasing: contact?.erasing, name: contact?.identity.name }
}
const untouched = async (ask: () => Promise<unknown>) => {
  const before = await standing(kari)
  await ask()
  expect(await standing(kari)).toEqual(before)
}

describe('what others got wrong, and is not so here', () => {
  it('a change that proves nothing overwrites anyone, and its answer shows them (SEC-02)', () =>
    untouched(async () => {
      const { contactId } = await books.addressOf(kari.email)
      const named = { choices: { newsletter: 'withdrawn' }, email: kari.email, contactId }
      const session = await books.sessionOf(ola.email)
      for (const headers of [json, { ...json, ...bearer(session) }]) {
        for (const method of ['PATCH', 'PUT', 'POST']) {
          const body = JSON.stringify(named)
          const reply = await http(method, '/api/preferences', { headers, body })
          expect(reply.status).toBeGreaterThanOrEqual(400)
          expect(reply.body).not.toContain(kari.email)
        }
      }
    }))

  it('one permanent bare id lets its finder in, and it is in every mail (SEC-01, SEC-04)', () =>
    untouched(async () => {
      const { contactId = '' } = await books.addressOf(kari.email)
      const bytes = Buffer.from(contactId.replaceAll('-', ''), 'hex').toString('base64url')
      const guesses = [contactId, bytes, Buffer.from(kari.email).toString('base64url')]
      for (const guess of guesses) {
        expect((await post(`/u/${guess}`, oneClick)).status).toBe(404)
        expect((await get('/api/preferences', { headers: bearer(guess) })).status).toBe(401)
      }
    }))

  it('the link in a mail, which gets forwarded, also renames, shows and wipes (RIGHT-05)', () =>
    untouched(async () => {
      const headers = { ...json, ...bearer(link.slice('/u/'.length)) }
      for (const kind of ['erasure', 'access', 'rectification']) {
        const body = JSON.stringify({ kind, corrections: { name: 'Mallory' } })
        expect((await http('POST', '/api/requests', { headers, body })).status).toBeGreaterThan(399)
      }
      const body = '{"choices":{"newsletter":"withdrawn"},"name":"Mallory"}'
      expect((await http('PATCH', '/api/preferences', { headers, body })).status).toBe(400)
      expect((await http('DELETE', link)).status).toBe(404)
    }))

  it('opening the link unsubscribes, or subscribes again, and so does a scanner (UNSUB-07)', () =>
    untouched(async () => {
      for (const query of ['', '?confirm=1&List-Unsubscribe=One-Click', '?action=resubscribe']) {
        for (const agent of ['Mozilla/5.0', 'BarracudaCentral', 'Mozilla/5.0 (compatible; bot)']) {
          const reply = await get(link + query, { headers: { 'user-agent': agent } })
          expect([reply.status, reply.headers.location]).toEqual([200, undefined])
          expect(reply.body).not.toMatch(/<script|http-equiv|onload/i)
        }
      }
    }))

  it.each([
    ['as JSON alone', json, '{"List-Unsubscribe":"One-Click"}'],
    ['as a form alone', form, oneClick],
    ['from what calls itself a bot', { ...form, 'user-agent': 'Googlebot/2.1 (bot)' }, oneClick],
    ['from a command line', { ...form, 'user-agent': 'curl/8' }, oneClick],
  ])(
    'a one-click is done only %s, or says "done" and is not; or takes the whole channel (UNSUB-04, UNSUB-06)',
    async (_, headers, body) => {
      const reader = someone('rita')
      const { unsubscribe } = await subscribe(reader)
      expect((await http('POST', unsubscribe, { headers, body })).status).toBe(200)
      expect(await standing(reader)).toMatchObject({
        newsletter: 'withdrawn',
        events: 'given',
        profiling: 'given',
      })
    },
  )

  it('saving the page writes every group, also those that it did not show (UX-07)', async () => {
    const headers = { ...json, ...bearer(await books.sessionOf(ola.email)) }
    const before = await standing(ola)
    await http('PATCH', '/api/preferences', { headers, body: '{"choices":{"webinars":"given"}}' })
    expect(await standing(ola)).toEqual({ ...before, webinars: 'given' })
  })

  it.each(['/c?r=', '/c/x/1?r=', '/u/x?url=', '/s/x?next=', '/api/links?redirect=', '/?r=', '//'])(
    '%s is an open redirect (SEC-07)',
    async (start) => {
      for (const method of ['GET', 'POST']) {
        const reply = await http(method, `${start}https://evil.example/`, { headers: form })
        expect(reply.headers.location).toBeUndefined()
        expect(reply.status < 300 || reply.status >= 400).toBe(true)
      }
    },
  )

  it('a letter is tracked by the mail provider for somebody who said no (TRACK-01)', async () => {
    const welcome = (await lettersTo(kari.email)).filter(isWelcome)
    expect(welcome.length).toBeGreaterThan(0)
    for (const { html } of welcome) expect(html).not.toMatch(/<img|awstrack|\/o\/|\/c\//)
  })

  it('whoever is deleted and comes by again is mailed as if nothing had been (SUPP-01)', async () => {
    const eva = someone('eva')
    await subscribe(eva)
    const headers = { ...json, ...bearer(await books.sessionOf(eva.email)) }
    await http('POST', '/api/requests', { headers, body: '{"kind":"erasure"}' })
    await expect.poll(() => books.contactOf(eva.email), { timeout: 20_000 }).toBeUndefined()
    const { suppressions } = await books.addressOf(eva.email)
    expect(Object.keys(suppressions)).toEqual(['erasure'])
  })
})
