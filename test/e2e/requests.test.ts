import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { books } from '../support/e2e-cloud.ts'
import { bearer, get, http, json } from '../support/e2e-http.ts'
import { letterTo, linkIn } from '../support/e2e-inbox.ts'
import { closeBrowser, expectAccessible, visitor } from '../support/e2e-page.ts'
import { type Someone, someone, subscribe } from '../support/e2e-person.ts'
import { staffTokenOf } from '../support/e2e-staff.ts'
import { remember } from '../support/e2e-traces.ts'

afterAll(closeBrowser)

type Shown = Record<string, unknown> & { id: string }

async function desk() {
  const headers = { ...json, ...bearer(await staffTokenOf(['privacy'])) }
  const send = async (path: string, body: unknown, status: number) => {
    const answer = await http('POST', path, { headers, body: JSON.stringify(body) })
    expect([answer.status, answer.body]).toEqual([status, expect.any(String)])
    return answer.json() as Shown
  }
  return {
    register: (body: Record<string, unknown>) =>
      send('/staff/requests', { came: 'phone', ...body }, 201),
    step: (id: string, body: Record<string, unknown>, status = 202) =>
      send(`/staff/requests/${id}/steps`, body, status),
    show: async (id: string) =>
      (await get(`/staff/requests/${id}`, { headers })).json() as Shown & { said: unknown },
    list: async (query = '') =>
      (await get(`/staff/requests${query}`, { headers })).json() as {
        requests: Shown[]
        next?: string
      },
  }
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    if (await isSo()) return
    await wait(200)
  }
  throw new Error(`${what} did not come about in time`)
}

async function known(): Promise<Someone> {
  const kari = someone()
  await subscribe(kari)
  return kari
}
const about = (id: string, text: string) => (letter: { text: string }) =>
  letter.text.includes(id) && letter.text.includes(text)
const asWritten = (text: string) => {
  remember(text)
  return text
}

describe('a request by telephone', () => {
  it('is open until its person says on their page that it was them (RIGHT-01, RIGHT-04)', async () => {
    const office = await desk()
    const kari = await known()
    const words = asWritten('Ringte om hytta på Tjøme')
    const { id, identified, letter } = await office.register({
      kind: 'objection',
      email: kari.email,
      words,
    })
    expect([identified, letter]).toEqual([true, true])
    const listed = await office.list()
    expect(listed.requests.map((request) => request.id)).toContain(id)
    expect(JSON.stringify(listed)).not.toContain(words)
    expect((await office.show(id)).said).toEqual({ entered: words })

    const mail = await letterTo(kari.email, about(id, 'Var det du'))
    const token = linkIn(mail, '/preferences/#t=').split('#t=')[1] ?? ''
    const { token: session } = (
      await http('POST', '/api/sessions', { headers: bearer(token) })
    ).json()
    const headers = { ...json, ...bearer(String(session)) }
    const confirm = (body: unknown) =>
      http('POST', `/api/requests/${id}`, { headers, body: JSON.stringify(body) })
    // Another thing than was asked for is not confirmed.
    expect((await confirm({ kind: 'erasure' })).status).toBe(409)
    expect((await confirm({ kind: 'objection', to: 'calls' })).status).toBe(409)
    const confirmed = await confirm({ kind: 'objection' })
    expect(confirmed.json()).toMatchObject({ id, status: 'done', came: 'phone' })
    expect((await confirm({ kind: 'objection' })).status).toBe(409)
    expect((await books.contactOf(kari.email))?.choices.newsletter?.state).toBe('objected')
    await letterTo(kari.email, about(id, 'gjort'))

    const ola = await known()
    const others = { ...json, ...bearer(await books.sessionOf(ola.email)) }
    const body = '{"kind":"objection"}'
    const answer = await http('POST', `/api/requests/${id}`, { headers: others, body })
    expect(answer.status).toBe(404)
  })

  it('is carried out where a colleague has seen who asks: a copy, an objection, a deletion (RIGHT-04)', async () => {
    const office = await desk()
    const kari = await known()
    const asked = { email: kari.email, check: 'called-back' }
    const words = asWritten('Har ringt oss fra nummeret sitt')

    const access = await office.register({ kind: 'access', words, ...asked })
    await office.step(access.id, { step: 'carry-out' })
    await until('the copy', async () => (await office.show(access.id)).status === 'done')

    const objection = await office.register({ kind: 'objection', words, ...asked })
    await office.step(objection.id, { step: 'carry-out' })
    await until('the objection', async () => (await office.show(objection.id)).status === 'done')
    expect(Object.keys((await books.addressOf(kari.email)).suppressions)).toEqual(['objection'])
    await letterTo(kari.email, about(objection.id, 'gjort'))

    const erasure = await office.register({ kind: 'erasure', words, ...asked })
    await office.step(erasure.id, { step: 'carry-out' })
    await until(
      'the deletion',
      async () => (await books.addressOf(kari.email)).contactId === undefined,
    )
    const { contactId, status, said } = await office.show(erasure.id)
    expect([contactId, status, said]).toEqual([undefined, 'done', {}])
    const keys = (await books.all('keys')).map(({ pk }) => pk)
    for (const { id } of [access, objection, erasure]) expect(keys).not.toContain(`R#${id}`)
  })

  it('is put off once, and refused with reasons and where to complain (RIGHT-02, RIGHT-03)', async () => {
    const office = await desk()
    const kari = await known()
    const { id, dueAt } = await office.register({ kind: 'access', email: kari.email, words: 'Alt' })
    const why = asWritten('Arkivet er i tre hus')
    const later = await office.step(id, { step: 'extend', reasons: why })
    expect(String(later.dueAt) > String(dueAt)).toBe(true)
    expect((await letterTo(kari.email, about(id, why))).text).toContain('datatilsynet.no')
    await until('word that the letter has arrived', async () => {
      const { letters } = await office.show(id)
      return JSON.stringify(letters ?? {}).includes('"extension":{"outcome":"delivered"')
    })
    await office.step(id, { step: 'extend', reasons: why }, 409)

    const no = asWritten('Dette er den tiende gangen denne uken')
    await office.step(id, { step: 'refuse', ground: 'excessive', reasons: no })
    const refusal = await letterTo(kari.email, about(id, no))
    expect(refusal.text).toContain('datatilsynet.no')
    expect(refusal.text).toContain('domstolene')
    const listed = await office.list()
    expect(listed.requests.map((request) => request.id)).not.toContain(id)
    const month = new Date().toISOString().slice(0, 7)
    const entered = await office.list(`?entered=${month}`)
    expect(entered.requests.map((request) => request.id)).toContain(id)
  })

  it('of somebody whom nobody knows is open to be told more (RIGHT-04)', async () => {
    const office = await desk()
    const kari = await known()
    const { id, identified, letter } = await office.register({
      kind: 'access',
      email: someone('ukjent').email,
    })
    expect([identified, letter]).toEqual([false, false])
    const more = await office.step(id, { step: 'identify', email: kari.email })
    expect(more.contactId).toBeDefined()
    await letterTo(kari.email, about(id, 'Var det du'))
  })
})

describe('on the page', () => {
  it('is one press where the person reads what was asked, and what weighs more is looked through first (RIGHT-04, UX-01, UX-04)', async () => {
    const office = await desk()
    const kari = await known()
    const restriction = await office.register({ kind: 'restriction', email: kari.email })
    const erasure = await office.register({ kind: 'erasure', email: kari.email })
    const { page, leave } = await visitor()
    await page.goto(
      linkIn(await letterTo(kari.email, about(restriction.id, 'Var det du')), '/preferences/#t='),
    )
    await page.locator('[data-act=open]').click()
    await page.locator(`#was-me-${restriction.id}`).waitFor()
    await expectAccessible(page, 'preferences, asked in their name')
    await page.locator(`#was-me-${restriction.id}`).click()
    await page.locator('#freeze-now').click()
    await page.locator('#note').waitFor()
    expect(await page.locator(`#was-me-${restriction.id}`).count()).toBe(0)
    expect((await books.contactOf(kari.email))?.restricted).toBe(true)
    await expectAccessible(page, 'preferences, it was them')
    await page.locator(`#was-me-${erasure.id}`).click()
    await page.locator('[data-act=erase]').click()
    await until('the deletion', async () => (await office.show(erasure.id)).status === 'done')
    await leave()
  })
})

describe('a restriction', () => {
  it('ends for us only when its person has been told, and then their choices hold (RIGHT-10)', async () => {
    const office = await desk()
    const kari = await known()
    const headers = { ...json, ...bearer(await books.sessionOf(kari.email)) }
    const body = '{"kind":"restriction"}'
    const { id } = (await http('POST', '/api/requests', { headers, body })).json() as Shown
    await office.step(id, { step: 'lift' }, 409)
    const reasons = asWritten('Tvisten er avgjort i retten')
    await office.step(id, { step: 'tell-lift', reasons })
    await letterTo(kari.email, about(id, reasons))
    await until('the note', async () => (await office.show(id)).liftToldAt !== undefined)
    expect((await books.contactOf(kari.email))?.restricted).toBe(true)
    await office.step(id, { step: 'lift' })
    await until('the end', async () => (await books.contactOf(kari.email))?.restricted === false)
    const standing = await books.contactOf(kari.email)
    expect(standing?.choices.newsletter?.state).toBe('given')
  })
})
