import { describe, expect, it } from 'vitest'
import { confirmToken } from '../../functions/platform/token-bodies.ts'
import { books } from '../support/e2e-cloud.ts'
import { bearer, form, get, http, json, post } from '../support/e2e-http.ts'
import { lettersTo, letterTo, linkIn } from '../support/e2e-inbox.ts'
import { type Someone, someone, subscribe } from '../support/e2e-person.ts'

const ask = (token: string, body: unknown) =>
  http('POST', '/api/requests', {
    headers: { ...json, ...bearer(token) },
    body: JSON.stringify(body),
  })
const saying = (text: string) => (letter: { text: string }) => letter.text.includes(text)

async function known(): Promise<{ kari: Someone; session: string }> {
  const kari = someone()
  await subscribe(kari)
  return { kari, session: await books.sessionOf(kari.email) }
}

describe('rectification', () => {
  it('is done at once, answered by a letter that says which, by when and where to complain (RIGHT-01, RIGHT-09)', async () => {
    const { kari, session } = await known()
    const answer = await ask(session, { kind: 'rectification', changes: { name: 'Kari Ny' } })
    const { id, status, dueAt } = answer.json() as Record<string, string>

    expect([answer.status, status]).toEqual([202, 'done'])
    expect(Date.parse(dueAt ?? '')).toBeGreaterThan(Date.now() + 27 * 86_400_000)
    expect((await books.contactOf(kari.email))?.identity.name).toBe('Kari Ny')
    const letter = await letterTo(kari.email, saying(id ?? '-'))
    expect(letter.text).toContain('https://www.datatilsynet.no')
    expect(letter.text).toContain('domstolene')
    const list = await get('/api/requests', { headers: bearer(session) })
    expect((list.json().requests as { id: string }[]).map((request) => request.id)).toEqual([id])
    const shown = await get(`/api/requests/${id}`, { headers: bearer(session) })
    expect(shown.json()).toMatchObject({ id, status: 'done', came: 'page' })
  })

  it('moves to a new address from its own mailbox, tells the old one, and closes every old door (RIGHT-09)', async () => {
    const { kari, session } = await known()
    const ny = someone('ny')
    const answer = await ask(session, { kind: 'rectification', changes: { email: ny.email } })
    expect([answer.status, answer.json().status]).toEqual([202, 'in-progress'])
    const link = linkIn(await letterTo(ny.email, saying('/address')), '/s/')

    const page = await get(link)
    expect([page.status, page.body.includes(ny.email)]).toEqual([200, true])
    expect((await books.contactOf(kari.email))?.identity.email).toBe(kari.email)
    expect((await post(link, 'language=nb', { headers: form })).status).toBe(200)

    expect((await books.contactOf(ny.email))?.identity.email).toBe(ny.email)
    expect(await books.contactOf(kari.email)).toBeUndefined()
    await letterTo(kari.email, saying('ikke denne adressen lenger'))
    expect((await get('/api/preferences', { headers: bearer(session) })).status).toBe(401)
    expect((await post(link, '', { headers: form })).status).toBe(200)
  })

  it('answers alike for an address that is free and one that is taken, and changes nothing of the taken (SEC-08)', async () => {
    const [{ kari, session }, { kari: ola }] = [await known(), await known()]
    const replies: unknown[] = []
    for (const email of [someone('ny').email, ola.email]) {
      const { status, body } = await ask(session, { kind: 'rectification', changes: { email } })
      replies.push([
        status,
        body.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.]+Z/g, ''),
      ])
    }
    expect(replies[0]).toEqual(replies[1])
    const before = await books.addressOf(ola.email)
    // Their mailbox had a confirmation just now, so the letter waits (SEC-09); this is its link.
    const { contactId } = await books.addressOf(kari.email)
    const items = await books.all('main')
    const mark = items.find((item) => item.sk === 'M' && item.contactId === contactId)
    const signUpId = String(mark?.pk).slice('S#'.length)
    const link = `/s/${await confirmToken.mint(books.store.keys, { signUpId })}/address`
    expect((await post(link, '', { headers: form })).status).toBe(410)
    expect(await books.addressOf(ola.email)).toEqual(before)
  })

  it.each([
    ['nothing to correct', {}],
    ['two lines in a name', { name: 'Kari\nBcc: x' }],
    ['no address', { email: 'kari@' }],
    ['a language nobody has', { language: 'tlh' }],
    ['something that is not theirs to write', { contactId: 'x' }],
  ])('refuses %s', async (_, changes) => {
    const { kari, session } = await known()
    const before = await books.contactOf(kari.email)
    const answer = await ask(session, { kind: 'rectification', changes })
    expect([answer.status, answer.json().code]).toEqual([400, 'invalid-request'])
    expect((await books.contactOf(kari.email))?.revision).toBe(before?.revision)
  })
})

describe('restriction and objection', () => {
  it('stop everything or one thing at once, and are told of by letter (RIGHT-10, TRACK-11)', async () => {
    const { kari, session } = await known()
    const objected = await ask(session, { kind: 'objection', to: 'profiling' })
    expect(objected.json()).toMatchObject({ status: 'done', detail: 'profiling' })
    const choices = (await books.contactOf(kari.email))?.choices
    expect([choices?.profiling?.state, choices?.newsletter?.state]).toEqual(['objected', 'given'])

    const restricted = await ask(session, { kind: 'restriction' })
    await letterTo(kari.email, saying(String(restricted.json().id)))
    expect((await books.contactOf(kari.email))?.restricted).toBe(true)
    await ask(session, { kind: 'restriction', lift: true })
    expect((await books.contactOf(kari.email))?.restricted).toBe(false)
    for (const { headers } of await lettersTo(kari.email)) {
      const names = headers.map(({ name }) => name.toLowerCase())
      if (!names.includes('list-unsubscribe')) expect(names).toContain('auto-submitted')
    }
  })
})
