import { describe, expect, it } from 'vitest'
import { books } from '../support/e2e-cloud.ts'
import { bearer, get, http, json, post } from '../support/e2e-http.ts'
import { isManage, letterTo, linkIn } from '../support/e2e-inbox.ts'
import { type Someone, someone, subscribe } from '../support/e2e-person.ts'

const stateOf = async ({ email }: Someone, id: string) =>
  (await books.contactOf(email))?.choices[id]?.state
const tokenOf = (link: string): string => link.slice(link.lastIndexOf('/') + 1).replace(/^#t=/, '')
const read = (token: string) => get('/api/preferences', { headers: bearer(token) })
const patch = (token: string, body: unknown) =>
  http('PATCH', '/api/preferences', {
    headers: { ...json, ...bearer(token) },
    body: JSON.stringify(body),
  })
type Choice = { id: string; kind: string; on?: boolean; state?: string; since?: string }
const choicesIn = (body: Record<string, unknown>) => body.choices as Choice[]

async function session(person: Someone): Promise<string> {
  await http('POST', '/api/links', { headers: json, body: JSON.stringify({ email: person.email }) })
  const manage = tokenOf(linkIn(await letterTo(person.email, isManage), '/preferences/'))
  const opened = await http('POST', '/api/sessions', { headers: bearer(manage) })
  return String(opened.json().token)
}

describe('the mailed link', () => {
  it('opens one session when its button is pressed, once only, and shows nothing before (SEC-05)', async () => {
    const kari = someone()
    const { unsubscribe } = await subscribe(kari)
    const asked = await post('/api/links', `token=${tokenOf(unsubscribe)}`)
    expect(asked.status).toBe(202)
    const manage = tokenOf(linkIn(await letterTo(kari.email, isManage), '/preferences/'))

    const before = await read(manage)
    expect([before.status, before.json().code]).toEqual([401, 'exchange-first'])
    expect(before.body).not.toMatch(/kari|newsletter/)
    const opened = await http('POST', '/api/sessions', { headers: bearer(manage) })
    expect(opened.status).toBe(200)
    expect(opened.headers['set-cookie']).toBeUndefined()
    const { token, expiresAt } = opened.json() as { token: string; expiresAt: string }
    const life = Date.parse(expiresAt) - Date.now()
    expect(life).toBeGreaterThan(59 * 60_000)
    expect(life).toBeLessThanOrEqual(60 * 60_000)

    const view = (await read(token)).json()
    expect(view).toMatchObject({ via: 'session', address: kari.email, marketing: 'on' })
    const again = await http('POST', '/api/sessions', { headers: bearer(manage) })
    expect([again.status, again.json().code]).toEqual([401, 'unauthorised'])
  })

  it('is mailed even to somebody who objected to everything (UNSUB-18)', async () => {
    const kari = someone()
    await subscribe(kari)
    const first = await books.sessionOf(kari.email)
    await patch(first, { choices: { 'direct-marketing': 'objected' } })
    const view = (await read(await session(kari))).json()
    expect(view.marketing).toBe('stopped')
    expect(choicesIn(view).some(({ on }) => on)).toBe(false)
  })
})

describe('through the link of a newsletter', () => {
  it('shows the masked address and topics on or off; of purposes not even that (RIGHT-05)', async () => {
    const kari = someone()
    const { unsubscribe } = await subscribe(kari)
    const { body, json: parsed } = await read(tokenOf(unsubscribe))
    const view = parsed()

    expect(view).toMatchObject({ via: 'unsubscribe', address: 'k•••@…' })
    expect(body).not.toContain(kari.email)
    for (const choice of choicesIn(view)) {
      expect(Object.keys(choice).sort()).toEqual(
        choice.kind === 'topic' ? ['id', 'kind', 'on'] : ['id', 'kind'],
      )
    }
  })

  it('turns down but never up, not even one hidden among others (RIGHT-05)', async () => {
    const kari = someone()
    const { unsubscribe } = await subscribe(kari)
    const token = tokenOf(unsubscribe)
    const mixed = await patch(token, { choices: { events: 'withdrawn', webinars: 'given' } })
    expect([mixed.status, mixed.json().code]).toEqual([403, 'mailbox-needed'])
    expect(await stateOf(kari, 'events')).toBe('given')

    const down = await patch(token, { choices: { profiling: 'objected' } })
    expect(down.status).toBe(200)
    expect(await stateOf(kari, 'profiling')).toBe('objected')
    expect(await stateOf(kari, 'newsletter')).toBe('given')
  })

  it.each([
    ['POST', '/api/requests', '{"kind":"erasure"}'],
    ['POST', '/api/requests', '{"kind":"objection"}'],
    ['POST', '/api/sessions', ''],
    ['GET', '/api/requests/00000000-0000-7000-8000-000000000000', ''],
  ])('cannot %s %s (RIGHT-05)', async (method, path, body) => {
    const kari = someone()
    const { unsubscribe } = await subscribe(kari)
    const headers = { ...json, ...bearer(tokenOf(unsubscribe)) }
    const reply = await http(method, path, { headers, body })

    expect([reply.status, reply.json().code]).toEqual([401, 'unauthorised'])
    expect((await books.contactOf(kari.email))?.erasing).toBeUndefined()
  })
})

describe('in a session', () => {
  it('changes only what is named, and says since when and why (UX-07)', async () => {
    const kari = someone()
    await subscribe(kari)
    const token = await session(kari)
    const before = choicesIn((await read(token)).json())
    const changed = await patch(token, { choices: { webinars: 'given' } })
    const after = choicesIn(changed.json())

    expect(changed.status).toBe(200)
    expect(after.find(({ id }) => id === 'webinars')).toMatchObject({
      on: true,
      state: 'given',
      basis: 'consent',
      since: expect.any(String),
    })
    const others = (all: Choice[]) => all.filter(({ id }) => id !== 'webinars')
    expect(others(after)).toEqual(others(before))
  })

  it('an objection to profiling leaves the newsletter on, and the other way round (CONS-06, TRACK-11)', async () => {
    const kari = someone()
    await subscribe(kari)
    const token = await session(kari)
    const objected = await patch(token, { choices: { profiling: 'objected' } })
    expect(objected.json().undo).toBeUndefined()
    expect(await stateOf(kari, 'newsletter')).toBe('given')
    await patch(token, { choices: { profiling: 'given' } })
    await patch(token, { choices: { newsletter: 'withdrawn' } })
    expect(await stateOf(kari, 'profiling')).toBe('given')
  })

  it('an undo is offered after a turn-off, works once, and not after an objection (CONS-16)', async () => {
    const kari = someone()
    const { unsubscribe } = await subscribe(kari)
    const token = await session(kari)
    const { undo } = (await patch(token, { choices: { newsletter: 'withdrawn' } })).json()
    expect(undo).toEqual(expect.any(String))
    expect((await patch(token, { undo })).status).toBe(200)
    expect(await stateOf(kari, 'newsletter')).toBe('given')
    expect((await patch(token, { undo })).status).toBe(409)

    const turnedOff = (await patch(token, { choices: { newsletter: 'withdrawn' } })).json()
    await patch(token, { choices: { 'direct-marketing': 'objected' } })
    expect((await patch(token, { undo: turnedOff.undo })).status).toBe(409)
    const form = await post(`${unsubscribe}/undo`, `undo=${turnedOff.undo}`)
    expect(form.status).toBe(409)
    expect(await stateOf(kari, 'newsletter')).toBe('objected')
  })

  it('a later own yes ends an objection for what was named alone (CONS-16, CONS-17)', async () => {
    const kari = someone()
    await subscribe(kari)
    const token = await session(kari)
    await patch(token, { choices: { 'direct-marketing': 'objected' } })
    const view = (await patch(token, { choices: { newsletter: 'given' } })).json()
    const on = choicesIn(view).filter((choice) => choice.on)
    expect(on.map(({ id }) => id)).toEqual(['newsletter'])
  })

  it('an objection by request needs no reason, is done at once and has a receipt (RIGHT-01, CONS-16)', async () => {
    const kari = someone()
    const { unsubscribe } = await subscribe(kari)
    const token = await session(kari)
    const headers = { ...json, ...bearer(token) }
    const reply = await http('POST', '/api/requests', { headers, body: '{"kind":"objection"}' })
    const request = reply.json() as { id: string; receivedAt: string; dueAt: string }

    expect(reply.status).toBe(202)
    expect(request).toMatchObject({ kind: 'objection', status: 'done' })
    expect(request.dueAt > request.receivedAt).toBe(true)
    const shown = await get(`/api/requests/${request.id}`, { headers: bearer(token) })
    expect(shown.json()).toEqual(request)
    // Neither a one-click that comes later nor its undo takes anything off the objection.
    const late = await post(unsubscribe, 'scope=topic')
    const undo = /name="undo" value="([\w-]+)"/.exec(late.body)?.[1] ?? ''
    expect((await post(`${unsubscribe}/undo`, `undo=${undo}`)).status).toBe(409)
    expect(Object.keys((await books.addressOf(kari.email)).suppressions)).toEqual(['objection'])
    const view = (await read(token)).json()
    expect(view.marketing).toBe('stopped')
    expect(choicesIn(view).filter(({ on }) => on)).toEqual([])
  })
})
