import { describe, expect, it } from 'vitest'
import { books } from '../support/e2e-cloud.ts'
import { bearer, form, get, http, json, nextCaller } from '../support/e2e-http.ts'
import { signUp, someone, subscribe } from '../support/e2e-person.ts'
import { remember } from '../support/e2e-traces.ts'

const subscribeAs = (email: unknown, over: object = {}) => {
  if (typeof email === 'string') remember(email)
  return http('POST', '/api/subscriptions', {
    headers: json,
    body: JSON.stringify({ email, topics: ['newsletter'], ...over }),
  })
}
const domain = (length: number): string =>
  `${`${'d'.repeat(62)}.`.repeat(4).slice(0, length - 3)}.no`
const addressOf = (length: number): string => `${'l'.repeat(64)}@${domain(length - 65)}`
const fieldsOf = (body: Record<string, unknown>): string[] =>
  (body.errors as { field: string }[]).map(({ field }) => field)

describe('addresses at the edge', () => {
  it.each([
    ['254 characters', addressOf(254)],
    ['a domain in its own letters', 'ærlig@blåbær.example'.replace('ærlig', 'kari')],
    ['an apostrophe and a plus', "o'brien+news@example.org"],
    ['capitals and white space around', '  KARI.EDGE@Example.ORG\t'],
  ])('takes %s', async (_, email) => {
    expect((await subscribeAs(email)).status).toBe(202)
  })

  it.each([
    ['255 characters', addressOf(255)],
    ['a local part of 65', `${'l'.repeat(65)}@example.org`],
    ['a quoted local part', '"kari ordmann"@example.org'],
    ['letters beyond ASCII before the @', 'kåri@example.org'],
    ['a line break and a header', 'kari@example.org\r\nBcc: all@example.org'],
    ['an encoded line break', 'kari@example.org%0d%0aBcc:all@example.org'],
    ['a control character', 'kari\u0000@example.org'],
    ['an invisible character', 'ka\u200bri@example.org'],
    ['a second address', 'kari@example.org,ola@example.org'],
    ['a name around it', 'Kari <kari@example.org>'],
    ['no domain', 'kari@'],
    ['no dot in the domain', 'kari@localhost'],
    ['an address of a machine', 'kari@[127.0.0.1]'],
    ['a path after the domain', 'kari@example.org/../x'],
    ['two ats', 'kari@ola@example.org'],
    ['nothing', ''],
    ['a number', 7],
    ['a list', ['kari@example.org']],
    ['an object', { toString: 'kari@example.org' }],
    ['a megabyte', `${'k'.repeat(12_000)}@example.org`],
  ])('refuses %s, names the field and repeats nothing of it', async (_, email) => {
    const reply = await subscribeAs(email)
    expect([reply.status, reply.json().code]).toEqual([400, 'invalid-sign-up'])
    expect(fieldsOf(reply.json())).toEqual(['email'])
    expect(reply.body).not.toMatch(/kari|bcc|example\.org/i)
  })

  it('meets one person however the address is spelt (SUPP-04)', async () => {
    const kari = someone()
    await subscribe(kari)
    const [local = '', host = ''] = kari.email.split('@')
    for (const spelt of [kari.email.toUpperCase(), ` ${local}@EXAMPLE.${host.split('.')[1]} `]) {
      expect((await books.addressOf(spelt)).contactId).toBe(
        (await books.addressOf(kari.email)).contactId,
      )
    }
  })
})

describe('forms that ask for what is not there', () => {
  it.each([
    ['an unknown topic', { topics: ['newsletter', 'gossip'] }, 'topics'],
    ['a purpose among topics', { topics: ['profiling'] }, 'topics'],
    ['all direct marketing', { topics: ['direct-marketing'] }, 'topics'],
    ['a topic for customers only', { topics: ['customer-offers'] }, 'topics'],
    ['an unknown purpose', { purposes: ['mind-reading'] }, 'purposes'],
    ['a property of every object', { purposes: ['__proto__', 'constructor'] }, 'purposes'],
    ['51 topics', { topics: Array.from({ length: 51 }, () => 'newsletter') }, 'topics'],
    ['topics as an object', { topics: { newsletter: true } }, 'topics'],
    ['a name of two lines', { name: 'Kari\r\nBcc: x' }, 'name'],
    ['a name of 101 letters', { name: 'k'.repeat(101) }, 'name'],
    ['a name that turns the text round', { name: 'Kari \u202egnp.exe' }, 'name'],
    ['a telephone that is a sum', { phone: '=1+2' }, 'phone'],
    ['a telephone that is a script', { phone: '<script>' }, 'phone'],
    ['a form named like a person', { form: 'kari@example.org' }, 'form'],
  ])('%s: 400 that names the field, nothing stored (CONS-02)', async (_, over, field) => {
    const kari = someone()
    const reply = await signUp(kari, over)
    expect([reply.status, reply.json().code]).toEqual([400, 'invalid-sign-up'])
    expect(fieldsOf(reply.json())).toEqual([field])
    expect(reply.headers['content-type']).toBe('application/problem+json')
    expect(await books.confirmLink(kari.email).catch(() => 'none')).toBe('none')
  })

  it('gives a plain form its page back, filled in and escaped, errors first (UX-02, UX-03)', async () => {
    const evil = '"><script>alert(1)</script>'
    const fields = new URLSearchParams({ email: evil, name: evil, topics: 'events', locale: 'en' })
    const reply = await http('POST', '/api/subscriptions', {
      headers: form,
      body: fields.toString(),
    })

    expect(reply.status).toBe(400)
    expect(reply.body).toContain('role="alert"')
    expect(reply.body).toMatch(/value="events" checked/)
    expect(reply.body).not.toContain('<script')
    expect(reply.body).toContain('&lt;script&gt;')
  })
})

describe('requests that are not well formed', () => {
  const session = async () => {
    const kari = someone()
    await subscribe(kari)
    return { kari, headers: { ...json, ...bearer(await books.sessionOf(kari.email)) } }
  }

  it.each(['/api/subscriptions', '/api/links', '/api/requests'])(
    'POST %s: 413 for too much, 415 for another type, 400 for broken JSON',
    async (path) => {
      const big = JSON.stringify({ email: 'kari@example.org', form: 'x'.repeat(20_000) })
      const status = async (headers: Record<string, string>, body: string) => {
        const reply = await http('POST', path, { headers, body, from: nextCaller() })
        expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/)
        expect(reply.body).not.toMatch(/at \w+ \(|SyntaxError|node_modules|dynamo/i)
        return reply.status
      }
      expect(await status(json, big)).toBe(413)
      expect(await status({ 'content-type': 'text/xml' }, '<a/>')).toBe(415)
      expect(await status({ 'content-type': 'text/plain' }, '{"email":"kari@example.org"}')).toBe(
        415,
      )
      expect(await status(json, '{"email":')).toBe(400)
      expect(await status(json, '[]')).toBe(400)
      expect(await status(json, 'null')).toBeGreaterThanOrEqual(400)
    },
  )

  it.each([
    ['an unknown purpose', { choices: { gossip: 'withdrawn' } }, 400, 'unknown-purpose'],
    [
      'a property of every object',
      { choices: { constructor: 'withdrawn' } },
      400,
      'invalid-request',
    ],
    ['a state that nobody may set', { choices: { newsletter: 'expired' } }, 400, 'invalid-request'],
    [
      '31 choices',
      { choices: Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`c${i}`, 'given'])) },
      400,
      'invalid-request',
    ],
    ['choices and undo at once', { choices: {}, undo: 'x' }, 400, 'invalid-request'],
    ['choices of nothing', { choices: {} }, 400, 'invalid-request'],
    ['neither', {}, 400, 'invalid-request'],
    ['something else besides', { choices: {}, admin: true }, 400, 'invalid-request'],
    ['everything at once, up', { choices: { 'direct-marketing': 'given' } }, 409, 'not-available'],
  ])('PATCH with %s changes nothing', async (_, body, status, code) => {
    const { kari, headers } = await session()
    const before = await books.contactOf(kari.email)
    const reply = await http('PATCH', '/api/preferences', { headers, body: JSON.stringify(body) })

    expect([reply.status, reply.json().code]).toEqual([status, code])
    expect((await books.contactOf(kari.email))?.revision).toBe(before?.revision)
  })

  it('a request of another kind or another’s request is refused without a hint (RIGHT-01)', async () => {
    const [one, other] = await Promise.all([session(), session()])
    const body = '{"kind":"objection"}'
    const made = await http('POST', '/api/requests', { headers: one.headers, body })
    const path = `/api/requests/${made.json().id}`
    const foreign = await get(path, { headers: other.headers })
    const none = await get('/api/requests/00000000-0000-7000-8000-000000000000', {
      headers: other.headers,
    })
    const odd = await get('/api/requests/..%2Fpreferences', { headers: other.headers })
    const unknown = await http('POST', '/api/requests', {
      headers: one.headers,
      body: '{"kind":"gold"}',
    })

    expect([foreign.status, none.status, odd.status, unknown.status]).toEqual([404, 404, 404, 400])
    expect(foreign.body).toBe(none.body)
  })
})
