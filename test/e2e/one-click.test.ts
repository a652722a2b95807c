import { beforeAll, describe, expect, it } from 'vitest'
import { books } from '../support/e2e-cloud.ts'
import { form, get, http, nextCaller, oneClick, post } from '../support/e2e-http.ts'
import { type Someone, someone, subscribe } from '../support/e2e-person.ts'

const stateOf = async ({ email }: Someone, id = 'newsletter') =>
  (await books.contactOf(email))?.choices[id]?.state
const boundary = 'x7b'
const multipart = [
  `--${boundary}`,
  'Content-Disposition: form-data; name="List-Unsubscribe"',
  '',
  'One-Click',
  `--${boundary}--`,
  '',
].join('\r\n')
const bodies: [string, Record<string, string>, string | Buffer][] = [
  ['the 26 bytes of RFC 8058, urlencoded (UNSUB-04)', form, oneClick],
  [
    'multipart (UNSUB-04)',
    { 'content-type': `multipart/form-data; boundary=${boundary}` },
    multipart,
  ],
  ['nothing at all', {}, ''],
  ['an empty form', form, ''],
  ['the right text under a wrong type', { 'content-type': 'text/plain' }, oneClick],
  ['JSON', { 'content-type': 'application/json' }, '{"List-Unsubscribe":"One-Click"}'],
  ['broken JSON', { 'content-type': 'application/json' }, '{"List-Unsub'],
  ['a type that is none', { 'content-type': ';;;' }, oneClick],
  ['broken percent signs', form, 'List-Unsubscribe=%E0%A4%A&%&=&__proto__[x]=1'],
  [
    'bytes that are no text',
    { 'content-type': 'application/octet-stream' },
    Buffer.from([0, 255, 128]),
  ],
  ['a form of 1 MiB', form, `List-Unsubscribe=One-Click&${'x'.repeat(1_048_576)}`],
  ['10,000 fields', form, Array.from({ length: 10_000 }, (_, index) => `f${index}=1`).join('&')],
  [
    '1 MiB of nothing known',
    { 'content-type': 'application/octet-stream' },
    Buffer.alloc(1_048_576),
  ],
]

describe('one-click unsubscribe', () => {
  it.each(bodies)(
    'succeeds with %s, itself, without a cookie (UNSUB-05, UNSUB-06)',
    async (_, headers, body) => {
      const kari = someone()
      const { unsubscribe } = await subscribe(kari)
      const reply = await http('POST', unsubscribe, { headers, body })

      expect(reply.status).toBe(200)
      expect(reply.headers['set-cookie']).toBeUndefined()
      expect(reply.headers.location).toBeUndefined()
      expect(await stateOf(kari)).toBe('withdrawn')
      expect(await stateOf(kari, 'events')).toBe('given')
    },
  )

  it('needs nothing of a browser and believes nothing of one: origin, cookies, odd headers (UNSUB-05)', async () => {
    const kari = someone()
    const { unsubscribe } = await subscribe(kari)
    const headers = {
      ...form,
      origin: 'https://mail.example.com',
      referer: 'https://mail.example.com/inbox',
      cookie: 'session=abc; lang=xx',
      'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1)',
      authorization: 'Bearer nonsense',
      'sec-fetch-site': 'cross-site',
    }
    const reply = await http('POST', unsubscribe, { headers, body: oneClick })

    expect([reply.status, reply.headers['set-cookie']]).toEqual([200, undefined])
    expect(await stateOf(kari)).toBe('withdrawn')
  })
})

describe('what must not unsubscribe', () => {
  let kari: Someone
  let link: string
  beforeAll(async () => {
    kari = someone()
    link = (await subscribe(kari)).unsubscribe
  })

  it.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'])(
    '%s changes nothing, however often (UNSUB-07)',
    async (method) => {
      const before = await books.contactOf(kari.email)
      for (let times = 0; times < 3; times++) {
        const { status } = await http(method, link, { headers: form })
        expect(status < 500).toBe(true)
        expect(status >= 300 && status < 400).toBe(false)
      }
      await http(method, `${link}?${oneClick}&scope=all&confirm=1`)
      const after = await books.contactOf(kari.email)
      expect(after?.revision).toBe(before?.revision)
    },
  )

  it('shows a page with a button, the masked address and nothing more of the person (RIGHT-05, UNSUB-07)', async () => {
    const { status, body } = await get(link)
    expect(status).toBe(200)
    expect(body).toContain(`<form method="post" action="${link}">`)
    expect(body).toContain('k•••@…')
    expect(body).not.toContain(kari.email)
    expect(body).not.toContain(kari.name)
    expect(body).not.toMatch(/profiling|<script|onload|http-equiv/i)
    expect((await http('HEAD', link)).body).toBe('')
  })
})

describe('the button on the page behind the link', () => {
  const undoOf = (body: string): string => /name="undo" value="([\w-]+)"/.exec(body)?.[1] ?? ''

  it('stops the topic, and undo gives it back (UNSUB-16)', async () => {
    const kari = someone()
    const { unsubscribe } = await subscribe(kari)
    const given = (await books.contactOf(kari.email))?.choices.newsletter
    const stopped = await post(unsubscribe, 'scope=topic&language=en')
    expect(stopped.body).toContain('<html lang="en">')
    expect(await stateOf(kari)).toBe('withdrawn')

    const undone = await post(`${unsubscribe}/undo`, `undo=${undoOf(stopped.body)}&language=en`)
    expect(undone.status).toBe(200)
    expect((await books.contactOf(kari.email))?.choices.newsletter).toMatchObject({
      state: 'given',
      at: given?.at,
      noticeVersion: given?.noticeVersion,
    })
    const again = await post(`${unsubscribe}/undo`, `undo=${undoOf(stopped.body)}`)
    expect(again.status).toBe(409)
  })

  it('stops everything one press further, tracking and calls included, and undo gives all of it back (UNSUB-17)', async () => {
    const kari = someone()
    const { unsubscribe } = await subscribe(kari)
    await post(unsubscribe, oneClick)
    const stopped = await post(unsubscribe, 'scope=all')
    expect(stopped.body).toContain('All markedsføring er stoppet')
    for (const id of ['newsletter', 'events', 'profiling', 'direct-marketing']) {
      expect(await stateOf(kari, id)).toBe('withdrawn')
    }
    const undone = await post(`${unsubscribe}/undo`, `undo=${undoOf(stopped.body)}`)
    expect(undone.status).toBe(200)
    expect(await stateOf(kari, 'events')).toBe('given')
    expect(await stateOf(kari)).toBe('withdrawn')
  })

  it('gives no undo to a repetition, nor one that works for somebody else’s link (UNSUB-09)', async () => {
    const [kari, ola] = [someone(), someone('ola')]
    const [one, other] = await Promise.all([subscribe(kari), subscribe(ola)])
    const stopped = await post(one.unsubscribe, 'scope=topic')
    const repeated = await post(one.unsubscribe, 'scope=topic')
    await post(other.unsubscribe, 'scope=topic')
    const foreign = await post(`${other.unsubscribe}/undo`, `undo=${undoOf(stopped.body)}`)

    expect(undoOf(repeated.body)).toBe('')
    expect(foreign.status).toBe(409)
    expect([await stateOf(kari), await stateOf(ola)]).toEqual(['withdrawn', 'withdrawn'])
  })

  it.each(['GET', 'HEAD', 'OPTIONS'])('%s on the undo address undoes nothing', async (method) => {
    const kari = someone()
    const { unsubscribe } = await subscribe(kari)
    const { body } = await post(unsubscribe, 'scope=topic')
    await http(method, `${unsubscribe}/undo?undo=${undoOf(body)}`, { from: nextCaller() })
    expect(await stateOf(kari)).toBe('withdrawn')
  })
})
