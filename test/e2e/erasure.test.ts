import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { books } from '../support/e2e-cloud.ts'
import { bearer, get, http, json, oneClick, post } from '../support/e2e-http.ts'
import { lettersTo, letterTo } from '../support/e2e-inbox.ts'
import { type Someone, signUp, someone, stillTicked, subscribe } from '../support/e2e-person.ts'

const isErased = ({ text }: { text: string }) => text.includes('slettet') && !text.includes('/u/')

async function askForErasure({ email }: Someone, token?: string) {
  const headers = { ...json, ...bearer(token ?? (await books.sessionOf(email))) }
  return http('POST', '/api/requests', { headers, body: '{"kind":"erasure"}' })
}

/** Subscribed, erased, and told so. */
async function erased(person: Someone) {
  const { unsubscribe } = await subscribe(person)
  const { contactId = '' } = await books.addressOf(person.email)
  const session = await books.sessionOf(person.email)
  const { status } = await askForErasure(person, session)
  expect(status).toBe(202)
  await letterTo(person.email, isErased)
  return { unsubscribe, contactId, session }
}

describe('erasure', () => {
  it('gives a receipt, ends with a letter that says what stays, and leaves a keyed hash alone (RIGHT-11, RIGHT-12, SUPP-01)', async () => {
    const kari = someone()
    const { contactId } = await erased(kari)
    const letter = await letterTo(kari.email, isErased)

    expect(letter.text).toContain('fingeravtrykk')
    expect(letter.text).toContain('https://www.datatilsynet.no')
    expect(letter.headers.map(({ name }) => name.toLowerCase())).not.toContain('list-unsubscribe')
    const { addressKey, suppressions, ...rest } = await books.addressOf(kari.email)
    expect(Object.keys(suppressions)).toEqual(['erasure'])
    expect(rest).toEqual({})
    const [main, keys] = [await books.all('main'), await books.all('keys')]
    expect(main.filter(({ pk, sk }) => pk === `C#${contactId}` || sk === contactId)).toEqual([])
    expect(keys.filter(({ pk }) => pk === `C#${contactId}`)).toEqual([])
    const item = main.find(({ pk, sk }) => pk === addressKey && sk === 'A')
    expect(Object.keys(item ?? {}).sort()).toEqual(['pk', 'sk', 'suppressed:erasure'])
  })

  it('closes every door that was open: session, links, undo (RIGHT-11)', async () => {
    const kari = someone()
    const { unsubscribe, session } = await erased(kari)
    for (const token of [session, unsubscribe.slice('/u/'.length)]) {
      const reply = await get('/api/preferences', { headers: bearer(token) })
      expect([reply.status, reply.json().code]).toEqual([401, 'unauthorised'])
    }
    expect((await askForErasure(kari, session)).status).toBe(401)
  })

  it('leaves the links of old mails answering like any, without a word about the person (UNSUB-09, UNSUB-12)', async () => {
    const kari = someone()
    const { unsubscribe, contactId } = await erased(kari)
    const before = (await books.history(contactId)).length
    const shown = await get(unsubscribe)
    const replies = [
      await post(unsubscribe, oneClick),
      await post(unsubscribe, 'scope=topic'),
      await post(unsubscribe, 'scope=all'),
    ]

    expect([shown.status, ...replies.map(({ status }) => status)]).toEqual([200, 200, 200, 200])
    for (const { body } of [shown, ...replies]) {
      expect(body).not.toMatch(/•••|name="undo"/)
      expect(body).not.toContain(kari.email)
    }
    expect(await books.history(contactId)).toHaveLength(before)
    expect(await books.contactOf(kari.email)).toBeUndefined()
  })

  it('cannot be undone by a form sent before it, nor by somebody else’s after it (CONS-15, CONS-16)', async () => {
    const kari = someone()
    await subscribe(kari)
    await signUp(kari)
    const early = await books.confirmLink(kari.email)
    await askForErasure(kari)
    await letterTo(kari.email, isErased)

    const pressed = await post(early, stillTicked)
    expect(pressed.status).toBe(410)
    expect(await books.contactOf(kari.email)).toBeUndefined()
    expect((await signUp(kari, { name: 'Noen Andre' })).status).toBe(202)
    expect((await get(await books.confirmLink(kari.email))).status).toBe(200)
    await wait(200)
    const { contactId, suppressions } = await books.addressOf(kari.email)
    expect([contactId, Object.keys(suppressions)]).toEqual([undefined, ['erasure']])
  })

  it('is ended by the person’s own new double opt-in, for what they ask for alone (CONS-16)', async () => {
    const kari = someone()
    const { contactId: old } = await erased(kari)
    await signUp(kari, { topics: ['events'], purposes: [] })
    // The letter itself waits for its pause (SEC-09); its link is what the person would press.
    const { status } = await post(await books.confirmLink(kari.email), 'topics=events')

    expect(status).toBe(200)
    const { contactId, suppressions } = await books.addressOf(kari.email)
    expect(contactId).not.toBe(old)
    expect(suppressions).toEqual({})
    const choices = (await books.contactOf(kari.email))?.choices ?? {}
    expect(choices.events?.state).toBe('given')
    expect(choices.newsletter).toBeUndefined()
    expect(choices['direct-marketing']?.state).toBe('objected')
    const view = await get('/api/preferences', {
      headers: bearer(await books.sessionOf(kari.email)),
    })
    const on = (view.json().choices as { id: string; on: boolean }[]).filter((choice) => choice.on)
    expect(on.map(({ id }) => id)).toEqual(['events'])
  })

  it('stops the letters that were still to come (UNSUB-15, SEC-12)', async () => {
    const kari = someone()
    await erased(kari)
    const count = (await lettersTo(kari.email)).length
    await http('POST', '/api/links', { headers: json, body: JSON.stringify({ email: kari.email }) })
    await wait(500)
    expect(await lettersTo(kari.email)).toHaveLength(count)
  })
})
