import { describe, expect, it } from 'vitest'
import { books, cloud } from '../support/e2e-cloud.ts'
import { form, get, http, json, oneClick, post } from '../support/e2e-http.ts'
import { isConfirmation, isWelcome, lettersTo, letterTo, linkIn } from '../support/e2e-inbox.ts'
import { asked, confirm, signUp, someone, stillTicked, subscribe } from '../support/e2e-person.ts'

const choicesOf = async (email: string) =>
  Object.fromEntries(
    Object.entries((await books.contactOf(email))?.choices ?? {}).map(([id, { state }]) => [
      id,
      state,
    ]),
  )

describe('from the form to the first mail', () => {
  it('asks by JSON, confirms from the inbox, and welcomes to each topic (CONS-01, CONS-03, CONS-04)', async () => {
    const kari = someone()
    const reply = await signUp(kari)
    expect([reply.status, reply.json()]).toEqual([202, { status: 'check-your-inbox' }])
    const letter = await letterTo(kari.email, isConfirmation)
    const link = linkIn(letter, '/s/')
    expect(await books.contactOf(kari.email)).toBeUndefined()

    const page = await get(link)
    expect(page.status).toBe(200)
    expect(page.body).toContain(kari.email)
    expect(page.body).toContain(kari.name)
    for (const id of [...asked.topics, ...asked.purposes])
      expect(page.body).toContain(`value="${id}"`)
    for (const method of ['GET', 'HEAD', 'OPTIONS']) await http(method, link)
    expect(await books.contactOf(kari.email)).toBeUndefined()

    const pressed = await post(link, stillTicked, { from: kari.from })
    expect(pressed.status).toBe(200)
    expect(pressed.body).toContain('Bekreftet')
    expect(await choicesOf(kari.email)).toEqual({
      newsletter: 'given',
      events: 'given',
      profiling: 'given',
    })
    const { contactId } = await books.addressOf(kari.email)
    const [requested, confirmed] = await books.history(contactId ?? '')
    expect(requested).toMatchObject({
      kind: 'sign-up-requested',
      evidence: { method: 'form', form: asked.form, language: 'nb' },
    })
    expect(confirmed?.evidence).toMatchObject({
      method: 'confirm-page',
      noticeSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      requestedAt: expect.any(String),
      mailedAt: expect.any(String),
      confirmedAt: expect.any(String),
    })
  })

  it('sends a welcome with each list header exactly once, and a visible way out (UNSUB-01, UNSUB-13, UNSUB-16)', async () => {
    const kari = someone()
    await subscribe(kari)
    await letterTo(kari.email, (one) => one.headers.some(({ value }) => value.includes('<events.')))
    const welcomes = (await lettersTo(kari.email)).filter(isWelcome)
    expect(welcomes).toHaveLength(2)

    for (const { headers, text, html } of welcomes) {
      const values = (name: string) =>
        headers.filter((header) => header.name.toLowerCase() === name).map(({ value }) => value)
      const [listUnsubscribe, ...more] = values('list-unsubscribe')
      expect(more).toEqual([])
      const uri = /^<([^<>,]+)>$/.exec(listUnsubscribe ?? '')?.[1] ?? ''
      expect(uri.startsWith(`${cloud.origin}/u/`)).toBe(true)
      expect(uri.length).toBeLessThan(500)
      expect(values('list-unsubscribe-post')).toEqual([oneClick])
      expect(values('list-id')).toEqual([
        expect.stringMatching(/^[\x20-\x7e]{1,200} <(newsletter|events)\.nordlys\.example>$/),
      ])
      const order = headers.map(({ name }) => name.toLowerCase())
      expect(order.indexOf('list-unsubscribe')).toBeLessThan(order.indexOf('list-unsubscribe-post'))
      for (const part of [text, html]) {
        expect(part).toContain(uri)
        expect(part).toContain('/preferences/#t=')
        expect(part).not.toMatch(/<img|awstrack|\/o\/|\/c\//)
      }
    }
  })

  it('works as a plain form, in the language of the form, and says the same (UX-05)', async () => {
    const kari = someone()
    const fields = new URLSearchParams([
      ['email', `  ${kari.email.toUpperCase()} `],
      ['topics', 'newsletter'],
      ['topics', 'events'],
      ['locale', 'en'],
      ['form', 'sign-up-en@1'],
      ['name', ''],
    ])
    const reply = await post('/api/subscriptions', fields.toString(), { from: kari.from })
    expect(reply.status).toBe(202)
    expect(reply.body).toContain('<html lang="en">')
    expect(reply.body).not.toContain(kari.email)

    const link = linkIn(await letterTo(kari.email, isConfirmation), '/s/')
    const pressed = await post(link, 'topics=newsletter&language=en', { from: kari.from })
    expect(pressed.body).toContain('<html lang="en">')
    expect(await choicesOf(kari.email)).toEqual({ newsletter: 'given' })
    expect((await books.contactOf(kari.email))?.language).toBe('en')
  })

  it('turns on only what is still ticked, and nothing that was not asked (CONS-02, CONS-08)', async () => {
    const kari = someone()
    await signUp(kari)
    await confirm(kari, 'topics=events&topics=webinars&purposes=calls&purposes=open-tracking')
    expect(await choicesOf(kari.email)).toEqual({ events: 'given' })
  })

  it('says so kindly when a link is pressed again, and changes nothing (UNSUB-09)', async () => {
    const kari = someone()
    const { unsubscribe } = await subscribe(kari)
    const link = linkIn(await letterTo(kari.email, isConfirmation), '/s/')
    await post(unsubscribe, oneClick)
    const again = await post(link, stillTicked, { headers: form })

    expect(again.status).toBe(200)
    expect(again.body).toContain('Allerede bekreftet')
    expect((await get(link)).body).not.toContain(kari.email)
    expect(await choicesOf(kari.email)).toMatchObject({ newsletter: 'withdrawn', events: 'given' })
  })
})

describe('a form in somebody else’s name', () => {
  it('changes nothing for a stranger until their own press, and its letter repeats nothing of it (CONS-01, SEC-11)', async () => {
    const ola = someone('ola')
    const injected = 'Vinn penger nå: http://evil.example'
    await signUp(ola, { name: injected, company: injected, title: injected })
    const letter = await letterTo(ola.email, isConfirmation)

    expect(await books.contactOf(ola.email)).toBeUndefined()
    for (const part of [letter.subject, letter.text, letter.html]) {
      expect(part).not.toMatch(/evil|Vinn|newsletter|Nyhetsbrev/)
    }
  })

  it('does not touch somebody who is known: not a choice, not a name (CONS-01)', async () => {
    const kari = someone()
    const { unsubscribe } = await subscribe(kari)
    await post(unsubscribe, oneClick)
    const before = await books.contactOf(kari.email)
    const forged = { name: 'Noen Andre', topics: ['newsletter', 'webinars'], purposes: ['calls'] }
    const body = JSON.stringify({ email: kari.email, ...forged })
    await http('POST', '/api/subscriptions', { headers: json, body })
    const after = await books.contactOf(kari.email)

    expect(after?.choices).toEqual(before?.choices)
    expect(after?.identity).toEqual(before?.identity)
    const page = await get(await books.confirmLink(kari.email))
    expect(page.body).toContain('Noen Andre')
    for (const id of ['newsletter', 'webinars', 'calls'])
      expect(page.body).toContain(`value="${id}"`)
  })
})
