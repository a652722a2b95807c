import { beforeAll, describe, expect, it } from 'vitest'
import { books } from '../support/e2e-cloud.ts'
import { bearer, form, get, http, json, oneClick, post } from '../support/e2e-http.ts'
import { type Someone, someone, stillTicked, subscribe } from '../support/e2e-person.ts'

let kari: Someone
let link: string
beforeAll(async () => {
  kari = someone()
  link = (await subscribe(kari)).unsubscribe
})

type Reply = Awaited<ReturnType<typeof get>>
const answers: [string, () => Promise<Reply>, number][] = [
  ['the unsubscribe page', () => get(link), 200],
  ['a one-click', () => post(link, oneClick), 200],
  ['a bent link', () => get(`${link}x`), 404],
  ['a confirmation that was pressed', async () => get(await books.confirmLink(kari.email)), 200],
  ['a bent confirmation', () => post('/s/AAAA', stillTicked), 404],
  ['a sign-up by form that fails', () => post('/api/subscriptions', 'email=x'), 400],
  [
    'a sign-up by JSON that fails',
    () => http('POST', '/api/subscriptions', { headers: json, body: '{}' }),
    400,
  ],
  [
    'choices',
    async () => get('/api/preferences', { headers: bearer(await books.sessionOf(kari.email)) }),
    200,
  ],
  ['no choices', () => get('/api/preferences'), 401],
  ['too much', () => http('POST', '/api/links', { headers: json, body: 'x'.repeat(20_000) }), 413],
  [
    'a wrong type',
    () => http('POST', '/api/links', { headers: { 'content-type': 'text/xml' }, body: '<a/>' }),
    415,
  ],
  ['the policy', () => get('/api/policy'), 200],
  ['a route that is none', () => get('/api/nothing'), 404],
  ['a method that is none', () => http('DELETE', link), 404],
  ['OPTIONS', () => http('OPTIONS', link), 404],
  ['staff without a token', () => get('/staff/exports/1'), 401],
  ['staff with nonsense', () => get('/staff/exports/1', { headers: bearer('a.b.c') }), 401],
  ['a link with a file name after it', () => get(`${link}/x.css`), 404],
]

describe('every kind of answer', () => {
  it.each(answers)(
    '%s: not stored, not indexed, not framed, no referrer, no cookie (SEC-06, UNSUB-05)',
    async (_, ask, status) => {
      const reply = await ask()
      const { headers } = reply
      expect(reply.status).toBe(status)
      expect(headers['cache-control']).toBe('no-store')
      expect(headers['x-robots-tag']).toMatch(/noindex/)
      expect(headers['referrer-policy']).toBe('no-referrer')
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['strict-transport-security']).toMatch(/max-age=(3153[6-9]|6307)\d+/)
      const policy = String(headers['content-security-policy'])
      for (const part of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"]) {
        expect(policy).toContain(part)
      }
      expect(policy).not.toMatch(/unsafe|\*|https?:/)
      expect(headers['set-cookie']).toBeUndefined()
      expect(headers.location).toBeUndefined()
      expect(JSON.stringify(headers)).not.toMatch(/express|x-powered-by|amzn/i)
    },
  )

  it.each(['/', '/en/', '/preferences/', '/en/preferences/', '/notice/', '/nothing-here'])(
    'the static page %s has them too, and only the form may be listed (SEC-06)',
    async (path) => {
      const { headers, status } = await get(path)
      expect(status === 200).toBe(path !== '/nothing-here')
      expect(headers['referrer-policy']).toBe('no-referrer')
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['content-security-policy']).toMatch(/default-src 'none'/)
      expect(headers['set-cookie']).toBeUndefined()
      const listed = path === '/' || path === '/en/'
      expect(headers['x-robots-tag'] === undefined).toBe(listed)
    },
  )
})

describe('a cache that could be deceived', () => {
  it.each([
    '/x.css',
    '/',
    '//',
    '/undo/x.js',
    '%2Fx.css',
    ';x.css',
    '.css',
    '/..%2f..%2findex.html',
  ])('gets nothing of anyone under the link with %s (SEC-06)', async (suffix) => {
    for (const start of [link, await books.confirmLink(kari.email)]) {
      const shown = await get(start + suffix)
      expect(shown.status).toBe(404)
      expect(shown.headers['cache-control']).toBe('no-store')
      expect(shown.body).not.toMatch(/•••|kari/)
      const before = (await books.contactOf(kari.email))?.revision
      const pressed = await http('POST', start + suffix, { headers: form, body: 'scope=all' })
      expect(pressed.status).toBe(404)
      expect((await books.contactOf(kari.email))?.revision).toBe(before)
    }
  })
})
