import { setTimeout as wait } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { type StaffRole, staffClient } from '../../infra/local/services/staff-clients.ts'
import { books, cloud } from '../support/e2e-cloud.ts'
import { bearer, get, http, json, oneClick, post } from '../support/e2e-http.ts'
import { letterTo, linkIn } from '../support/e2e-inbox.ts'
import { someone, subscribe } from '../support/e2e-person.ts'
import { remember } from '../support/e2e-traces.ts'

async function staffToken(role: StaffRole): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: staffClient(role),
  })
  const reply = await fetch(`${cloud.issuer}/token`, { method: 'POST', body })
  const { access_token } = (await reply.json()) as { access_token: string }
  remember(access_token)
  return access_token
}

const order = (token: string, over: object = {}) =>
  http('POST', '/staff/exports', {
    headers: { ...json, ...bearer(token) },
    body: JSON.stringify({
      topic: 'newsletter',
      format: 'csv',
      recipient: 'event-desk',
      purpose: 'newsletter',
      ...over,
    }),
  })

/** Orders an export, waits until it is ready, fetches the file. */
async function exported(token: string, over: object = {}) {
  const ordered = await order(token, over)
  expect(ordered.status).toBe(202)
  const path = `/staff/exports/${ordered.json().id}`
  for (let tries = 0; tries < 200; tries++) {
    const status = (await get(path, { headers: bearer(token) })).json()
    if (status.state === 'ready') {
      const { url } = (await get(`${path}/file`, { headers: bearer(token) })).json()
      const bytes = Buffer.from(await (await fetch(String(url))).arrayBuffer())
      const text = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString()
      const rows = parse(text, { columns: true, bom: true }) as Record<string, string>[]
      expect(rows).toHaveLength(Number(status.rows))
      return { path, rows, emails: rows.map(({ email }) => email) }
    }
    expect(status.state).not.toBe('failed')
    await wait(100)
  }
  throw new Error('the export was not ready in time')
}

describe('the audience as a file', () => {
  it('holds who consents now; after a one-click, an objection or an erasure the next one does not (EXP-01, EXP-04, UNSUB-15)', async () => {
    const [stays, clicks, objects, erases, other] = ['stine', 'kari', 'ola', 'eva', 'per'].map(
      someone,
    )
    const token = await staffToken('marketing')
    const links = await Promise.all(
      [stays!, clicks!, objects!, erases!].map((person) => subscribe(person)),
    )
    await subscribe(other!, { purposes: [] }).then(({ unsubscribe }) => post(unsubscribe, oneClick))
    const before = await exported(token)
    const all = [stays!, clicks!, objects!, erases!].map(({ email }) => email)
    expect(before.emails).toEqual(expect.arrayContaining(all))
    expect(before.emails).not.toContain(other!.email)
    const row = before.rows.find(({ email }) => email === clicks!.email)
    expect(row).toMatchObject({ name: clicks!.name, basis: 'consent', language: 'nb' })

    await post(links[1]!.unsubscribe, oneClick)
    const request = async (email: string, kind: string) =>
      http('POST', '/api/requests', {
        headers: { ...json, ...bearer(await books.sessionOf(email)) },
        body: JSON.stringify({ kind }),
      })
    await request(objects!.email, 'objection')
    await request(erases!.email, 'erasure')
    await letterTo(erases!.email, ({ text }) => text.includes('fingeravtrykk'))

    const after = await exported(token)
    expect(after.emails).toContain(stays!.email)
    for (const gone of [clicks!, objects!, erases!]) expect(after.emails).not.toContain(gone.email)

    const refOf = (email: string) => before.rows.find((each) => each.email === email)?.ref
    const asked = { headers: bearer(token) }
    const { changes } = (await get(`${before.path}/delta`, asked)).json() as {
      changes: { ref: string; change: string }[]
    }
    const left = changes.filter(({ change }) => change === 'left').map(({ ref }) => ref)
    expect(left).toEqual(
      expect.arrayContaining([clicks!, objects!, erases!].map(({ email }) => refOf(email))),
    )
    expect(left).not.toContain(refOf(stays!.email))
    const list = (await get('/staff/exports', asked)).json().exports as { id: string }[]
    expect(list.map(({ id }) => `/staff/exports/${id}`)).toContain(before.path)
    const again = await get(`${before.path}/file`, asked)
    expect([again.status, again.headers['retry-after']]).toEqual([202, '5'])
    for (let tries = 0; tries < 200; tries++) {
      const file = await get(`${before.path}/file`, asked)
      if (file.status === 200) {
        const bytes = Buffer.from(await (await fetch(String(file.json().url))).arrayBuffer())
        const text = gunzipSync(bytes).toString()
        expect(text).toContain(stays!.email)
        expect(text).not.toContain(clicks!.email)
        return
      }
      await wait(100)
    }
    throw new Error('the file was not washed in time')
  })

  it('names nobody to a recipient for what that person has not given (EXP-01)', async () => {
    const [profiled, plain] = [someone('pia'), someone('nora')]
    await subscribe(profiled)
    await subscribe(plain, { purposes: [] })
    const token = await staffToken('marketing')
    const { emails } = await exported(token, { recipient: 'crm', purpose: 'profiling' })
    expect(emails).toContain(profiled.email)
    expect(emails).not.toContain(plain.email)
  })

  it('neutralises what a spreadsheet would run (EXP-03)', async () => {
    const mallory = someone('mallory')
    const name = '=HYPERLINK("http://evil.example","x")'
    await subscribe(mallory, { name })
    const { rows } = await exported(await staffToken('marketing'))
    const cell = rows.find(({ email }) => email === mallory.email)?.name
    expect(cell).not.toMatch(/^[=+\-@\t\r]/)
    expect(cell).toContain('HYPERLINK')
  })
})

describe('who may order one', () => {
  it.each<[StaffRole, number]>([
    ['marketing', 202],
    ['privacy', 403],
    ['viewer', 403],
  ])(
    '%s gets %i, and the order is in the audit when it was taken (EXP-02)',
    async (role, status) => {
      const reply = await order(await staffToken(role))
      expect(reply.status).toBe(status)
      const audited = (await books.all('ledger')).filter(
        ({ pk, subject }) => String(pk).startsWith('AUDIT#') && subject === reply.json().id,
      )
      expect(audited).toHaveLength(status === 202 ? 1 : 0)
    },
  )

  it.each([
    ['an unknown topic', { topic: 'gossip' }],
    ['an unknown recipient', { recipient: 'data-broker' }],
    ['an unknown purpose', { purpose: 'mind-reading' }],
    ['another format', { format: 'xlsx' }],
    ['a path as topic', { topic: '../../keys' }],
  ])('%s: a 400 that says what there is', async (_, over) => {
    const reply = await order(await staffToken('marketing'), over)
    expect(reply.status).toBe(400)
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/)
  })

  it('nobody who is not staff: no token, another issuer’s, an altered one (SEC-12)', async () => {
    const token = await staffToken('viewer')
    const [header = '', claims = '', signature = ''] = token.split('.')
    const raised = Buffer.from(claims, 'base64url').toString().replace('viewer', 'marketing')
    const altered = [header, Buffer.from(raised).toString('base64url'), signature].join('.')
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
    for (const bad of ['', altered, `${none}.${claims}.`, `${header}.${claims}.`]) {
      expect((await order(bad)).status).toBe(401)
    }
  })

  it('RIGHT-06, EXP-04: is told, by recipient and day, in the copy of everyone who was in it', async () => {
    const kari = someone()
    await subscribe(kari)
    const { emails } = await exported(await staffToken('marketing'))
    expect(emails).toContain(kari.email)
    const headers = { ...json, ...bearer(await books.sessionOf(kari.email)) }
    await http('POST', '/api/requests', { headers, body: '{"kind":"access"}' })
    const isCopy = ({ text }: { text: string }) => text.includes(`${cloud.origin}/d/`)
    const path = linkIn(await letterTo(kari.email, isCopy), '/d/')
    const table = await (await fetch(`${cloud.origin}${path}?file=recipients.csv`)).text()
    const [given] = parse(table, { columns: true }) as Record<string, string>[]

    expect(given).toMatchObject({ recipient: 'Fjell Event Desk AS', topic: 'newsletter' })
    expect(Date.now() - Date.parse(given?.gotAt ?? '')).toBeLessThan(60_000)
  })
})
