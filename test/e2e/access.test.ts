import { ListBucketsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { parse } from 'csv-parse/sync'
import { afterAll, describe, expect, it } from 'vitest'
import { downloadToken } from '../../functions/platform/token-bodies.ts'
import { createClients, destroyClients } from '../../infra/local/clients.ts'
import { checkReceipt } from '../../infra/receipt-check.ts'
import { books, cloud } from '../support/e2e-cloud.ts'
import { bearer, get, http, json } from '../support/e2e-http.ts'
import { type InboxLetter, lettersTo, letterTo, linkIn } from '../support/e2e-inbox.ts'
import { type Someone, someone, subscribe } from '../support/e2e-person.ts'

const clients = createClients(cloud.endpoints, cloud.region)
afterAll(() => destroyClients(clients))

const other = (letter: string): string => (letter === 'A' ? 'B' : 'A')
const isCopy = ({ text }: InboxLetter) => text.includes(`${cloud.origin}/d/`)
type Copy = {
  format: string
  purposes: Record<string, { basis: string }>
  sections: { id: string; art20: boolean; rows: Record<string, unknown>[] }[]
}

async function ask(session: string): Promise<string> {
  const headers = { ...json, ...bearer(session) }
  const reply = await http('POST', '/api/requests', { headers, body: '{"kind":"access"}' })
  expect(reply.status).toBe(202)
  return String(reply.json().id)
}

/** Through the door that people use: a mailed link, exchanged once, which is remembered for a day. */
async function entered({ email }: Someone): Promise<string> {
  const headers = bearer(await books.manageLink(email))
  return String((await http('POST', '/api/sessions', { headers })).json().token)
}

/** Subscribed, asked, told so, with the path of the copy. */
async function copied(person: Someone) {
  await subscribe(person)
  const session = await entered(person)
  const requestId = await ask(session)
  const letter = await letterTo(person.email, isCopy)
  return { session, requestId, letter, path: linkIn(letter, '/d/') }
}

// Not with the helper that remembers every long run: a copy holds what is stored, and that is no trace.
const fetched = (path: string) => fetch(cloud.origin + path)

/** What lies in the bucket of copies for a contact. */
async function filesOf(contactId: string | undefined): Promise<number> {
  const { Buckets = [] } = await clients.s3.send(new ListBucketsCommand({}))
  const Bucket = Buckets.find(({ Name = '' }) => Name.includes('copies'))?.Name
  const listed = await clients.s3.send(
    new ListObjectsV2Command({ Bucket, Prefix: `${contactId}/` }),
  )
  return listed.Contents?.length ?? 0
}

describe('the copy of what is held', () => {
  it('RIGHT-06, RIGHT-07: comes by letter as a page in the person’s language, as JSON and as tables', async () => {
    const kari = someone()
    const { path, letter } = await copied(kari)
    expect(letter.headers.map(({ name }) => name.toLowerCase())).not.toContain('list-unsubscribe')

    const answer = await fetched(path)
    const page = await answer.text()
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ])
    expect(page).toContain('<html lang="nb">')
    for (const text of [
      kari.email,
      kari.name,
      'Nyhetsbrev',
      'samtykke',
      'Havn CRM B.V.',
      'Datatilsynet',
    ]) {
      expect(page).toContain(text)
    }
    // The words that were shown when the form was filled in.
    expect(page).toContain('Det vi lærte denne måneden.')
    expect(page).not.toMatch(/<script|https?:\/\/(?!localhost|nordlys|www\.datatilsynet)/)

    const copy = (await (await fetched(`${path}?file=copy.json`)).json()) as Copy
    expect(copy.format).toBe('assent-copy/1')
    const rows = (id: string) => copy.sections.find((section) => section.id === id)?.rows ?? []
    expect(rows('profile')).toMatchObject([{ email: kari.email, name: kari.name, language: 'nb' }])
    expect(rows('history').map(({ act }) => act)).toEqual(['sign-up-requested', 'confirm'])
    expect(rows('history')[1]).toMatchObject({
      email: kari.email,
      given: expect.arrayContaining(['newsletter']),
    })
    expect(rows('choices').find(({ purpose }) => purpose === 'newsletter')).toMatchObject({
      on: true,
      state: 'given',
    })
    expect(rows('requests')).toMatchObject([{ kind: 'access' }])
    expect(rows('used-links')).toEqual([
      { forgottenAt: expect.any(String), nonce: expect.any(String) },
    ])
    expect(copy.purposes.newsletter?.basis).toBe('consent')
    const art20 = copy.sections.filter((section) => section.art20).map(({ id }) => id)
    expect(art20).toEqual(['profile', 'choices', 'sign-ups', 'messages'])

    const table = await fetched(`${path}?file=choices.csv`)
    expect(table.headers.get('content-disposition')).toBe('attachment; filename="choices.csv"')
    const lines: string[][] = parse(await table.text())
    expect(lines[0]?.[0]).toBe('purpose')
    expect(lines.map(([purpose]) => purpose)).toContain('newsletter')
  })

  it('RIGHT-08: is kept by nobody between, and fetching it changes nothing', async () => {
    const kari = someone()
    const { path, session, requestId } = await copied(kari)
    const before = await get(`/api/requests/${requestId}`, { headers: bearer(session) })
    for (const _ of [1, 2]) {
      const { headers, status } = await fetched(path)
      expect(status).toBe(200)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-robots-tag')).toContain('noindex')
    }
    const after = await get(`/api/requests/${requestId}`, { headers: bearer(session) })
    expect(after.json().closedAt).toBe(before.json().closedAt)
  })

  it('RIGHT-08: is there for the session that asked, without waiting for the mail', async () => {
    const kari = someone()
    const { session, requestId } = await copied(kari)
    const reply = await get(`/api/requests/${requestId}`, { headers: bearer(session) })
    const { status, copy } = reply.json() as {
      status: string
      copy: { path: string; expiresAt: string }
    }
    expect(status).toBe('done')
    expect(Date.parse(copy.expiresAt) - Date.now()).toBeLessThanOrEqual(24 * 3_600_000)
    expect((await fetched(copy.path)).status).toBe(200)
  })

  it('RIGHT-08: is nobody else’s: another person’s session, an older generation, a forged link, a past one', async () => {
    const kari = someone()
    const ola = someone('ola')
    const { path, requestId } = await copied(kari)
    await subscribe(ola)
    const stranger = await get(`/api/requests/${requestId}`, {
      headers: bearer(await books.sessionOf(ola.email)),
    })
    expect(stranger.status).toBe(404)
    const { keys } = books.store
    const soon = new Date(Date.now() + 3_600_000)
    const tokens = [
      await downloadToken.mint(keys, { requestId, generation: 7, expires: soon }),
      await downloadToken.mint(keys, {
        requestId,
        generation: 0,
        expires: new Date(Date.now() - 1000),
      }),
      path.slice('/d/'.length).replace(/./g, (letter, at) => (at === 9 ? other(letter) : letter)),
      'nonsense',
    ]
    for (const token of tokens) {
      const reply = await get(`/d/${token}`)
      expect(reply.status).toBe(401)
      expect(reply.body).not.toContain(kari.email)
    }
    for (const file of ['../other', 'copy.json/..', 'secret.json', 'history-2.csv']) {
      const reply = await get(`${path}?file=${encodeURIComponent(file)}`)
      expect(reply.status).toBe(410)
    }
  })

  it('RIGHT-11: goes with the person: no file, no link that works', async () => {
    const kari = someone()
    const { path, session } = await copied(kari)
    const { contactId } = await books.addressOf(kari.email)
    expect(await filesOf(contactId)).toBeGreaterThan(0)
    const headers = { ...json, ...bearer(session) }
    await http('POST', '/api/requests', { headers, body: '{"kind":"erasure"}' })
    expect((await fetched(path)).status).toBe(410)
    await letterTo(kari.email, ({ text }) => text.includes('fingeravtrykk'))
    expect((await fetched(path)).status).toBe(410)
    expect(await filesOf(contactId)).toBe(0)
  })

  it('RIGHT-01: asked for twice at once comes to an end once or twice, and mails no more than that', async () => {
    const kari = someone()
    await subscribe(kari)
    const session = await books.sessionOf(kari.email)
    const ids = await Promise.all([ask(session), ask(session)])
    await letterTo(kari.email, isCopy)
    for (const id of ids) {
      await expect
        .poll(
          async () =>
            (await get(`/api/requests/${id}`, { headers: bearer(session) })).json().status,
          { timeout: 20_000 },
        )
        .toBe('done')
    }
    const letters = (await lettersTo(kari.email)).filter(isCopy)
    expect(letters.length).toBeLessThanOrEqual(new Set(ids).size)
  })

  it('REC-02: holds a signed receipt of each act, which the public keys alone prove', async () => {
    const kari = someone()
    const { path } = await copied(kari)
    const copy = (await (await fetched(`${path}?file=copy.json`)).json()) as Copy
    const keys = await (await fetched('/api/receipt-keys')).json()
    const receipts = copy.sections.find(({ id }) => id === 'receipts')?.rows ?? []
    expect(receipts).toHaveLength(2)
    for (const { jws, ledgerId } of receipts) {
      const check = await checkReceipt(String(jws), keys)
      expect(check).toMatchObject({ kind: 'holds', receipt: { record_id: ledgerId } })
    }
  })
})

describe('a receipt', () => {
  it('REC-02, RIGHT-05: is given to its person’s session and to nobody else, and holds offline', async () => {
    const kari = someone()
    const ola = someone('ola')
    await Promise.all([subscribe(kari), subscribe(ola)])
    const { ledgerId } = (await books.contactOf(kari.email))?.choices.newsletter ?? {}
    const askFor = async (who: Someone) =>
      fetch(`${cloud.origin}/api/receipts/${ledgerId}`, {
        headers: bearer(await books.sessionOf(who.email)),
      })
    const answer = await askFor(kari)
    expect([answer.status, (await askFor(ola)).status]).toEqual([200, 404])
    const check = await checkReceipt(
      await answer.text(),
      await (await fetched('/api/receipt-keys')).json(),
    )
    expect(check).toMatchObject({
      kind: 'holds',
      receipt: {
        events: expect.arrayContaining([
          expect.objectContaining({ event_state: 'dpv:ConsentGiven' }),
        ]),
      },
    })
    expect(JSON.stringify(check)).not.toContain(kari.email)
  })
})
