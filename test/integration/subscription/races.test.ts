import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectInvariants } from '../../support/e2e-invariants.ts'
import {
  bearer,
  formType,
  jsonType,
  oneClick,
  openWorkshop,
  type Workshop,
} from '../../support/e2e-workshop.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop()
})
afterAll(async () => {
  await expectInvariants(shop.books, ['@example.org'])
  await shop.stop()
})

const press = (path: string, body = oneClick) =>
  shop.ask({ method: 'POST', path, headers: formType, body })
const times = <T>(count: number, act: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => act(index)))
const kindsOf = async (email: string) => {
  const { contactId = '' } = await shop.books.addressOf(email)
  return (await shop.books.history(contactId)).map(({ kind }) => kind)
}
const stateOf = async (email: string, topic = 'newsletter') =>
  (await shop.books.contactOf(email))?.choices[topic]?.state

describe('acts that meet', () => {
  it('50 simultaneous one-clicks all get 200 and leave one ledger entry (UNSUB-09)', async () => {
    await shop.subscriber('fifty@example.org')
    const path = await shop.books.unsubscribeLink('fifty@example.org')
    const answers = await times(50, () => press(path))

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await kindsOf('fifty@example.org')).toEqual([
      'sign-up-requested',
      'confirm',
      'one-click',
    ])
    expect(await stateOf('fifty@example.org')).toBe('withdrawn')
  })

  it('20 simultaneous presses of one confirmation make one contact and one consent (CONS-04)', async () => {
    await shop.signUp('pressed@example.org')
    const path = await shop.books.confirmLink('pressed@example.org')
    const answers = await times(20, () => press(path, 'topics=newsletter&topics=events'))

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await kindsOf('pressed@example.org')).toEqual(['sign-up-requested', 'confirm'])
    const contacts = (await shop.books.all('main')).filter(({ sk }) => sk === 'C')
    const { contactId } = await shop.books.addressOf('pressed@example.org')
    expect(contacts.filter(({ pk }) => pk === `C#${contactId}`)).toHaveLength(1)
  })

  it('two sign-ups of one new address pressed together end in one contact (invariant 5)', async () => {
    await shop.signUp('twice@example.org')
    const one = await shop.books.confirmLink('twice@example.org')
    await shop.signUp('twice@example.org')
    const other = await shop.books.confirmLink('twice@example.org')
    const answers = await times(2, (index) =>
      press(index === 0 ? one : other, index === 0 ? 'topics=newsletter' : 'topics=events'),
    )

    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await stateOf('twice@example.org', 'newsletter')).toBe('given')
    expect(await stateOf('twice@example.org', 'events')).toBe('given')
  })

  it('a one-click racing a new confirmation ends as its history says, in either order (CONS-17)', async () => {
    await times(10, async (index) => {
      const email = `race-${index}@example.org`
      await shop.subscriber(email)
      await shop.signUp(email)
      const [confirm, stop] = [
        await shop.books.confirmLink(email),
        await shop.books.unsubscribeLink(email),
      ]
      const answers = await Promise.all([press(confirm, 'topics=newsletter'), press(stop)])
      expect(answers.map(({ status }) => status)).toEqual([200, 200])
    })
    // What the state must be is checked against the history of every contact after the file.
  })

  it('a session that turns on and a one-click that turns off meet without a lost write', async () => {
    const email = 'meet@example.org'
    await shop.subscriber(email)
    const stop = await shop.books.unsubscribeLink(email)
    const headers = { ...jsonType, ...bearer(await shop.books.sessionOf(email)) }
    const body = '{"choices":{"newsletter":"given","events":"withdrawn"}}'
    const answers = await times(10, (index) =>
      index % 2 === 0
        ? press(stop)
        : shop.ask({ method: 'PATCH', path: '/api/preferences', headers, body }),
    )

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await stateOf(email, 'events')).toBe('withdrawn')
  })

  it('an undo is lost to an objection that came in between, never the other way (CONS-16)', async () => {
    const email = 'undo@example.org'
    await shop.subscriber(email)
    const headers = { ...jsonType, ...bearer(await shop.books.sessionOf(email)) }
    const patch = (body: string) =>
      shop.ask({ method: 'PATCH', path: '/api/preferences', headers, body })
    const { undo } = (await patch('{"choices":{"newsletter":"withdrawn"}}')).json()
    const [undone] = await Promise.all([
      patch(JSON.stringify({ undo })),
      patch('{"choices":{"direct-marketing":"objected"}}'),
    ])
    const late = await patch(JSON.stringify({ undo }))

    expect([200, 409]).toContain(undone?.status)
    expect([late.status, late.json().code]).toEqual([409, 'expired'])
    expect(await stateOf(email)).toBe('objected')
  })

  it('an undo is lost to a later stop of everything, also of what was off already (CONS-17)', async () => {
    const email = 'stopped@example.org'
    await shop.subscriber(email)
    const headers = { ...jsonType, ...bearer(await shop.books.sessionOf(email)) }
    const patch = (body: string) =>
      shop.ask({ method: 'PATCH', path: '/api/preferences', headers, body })
    const { undo } = (await patch('{"choices":{"newsletter":"withdrawn"}}')).json()
    await patch('{"choices":{"direct-marketing":"withdrawn"}}')

    expect((await patch(JSON.stringify({ undo }))).status).toBe(409)
    expect(await stateOf(email)).toBe('withdrawn')
  })

  it('one mailed link pressed 10 times at once opens one session (SEC-05)', async () => {
    await shop.subscriber('once@example.org')
    const headers = bearer(await shop.books.manageLink('once@example.org'))
    const answers = await times(10, () =>
      shop.ask({ method: 'POST', path: '/api/sessions', headers }),
    )

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(9)
  })
})

describe('a form with nothing ticked', () => {
  it('is answered like any other, stores nothing, and leaves an earlier form its letter (CONS-02, SEC-09)', async () => {
    await shop.signUp('victim@example.org')
    const genuine = await shop.books.confirmLink('victim@example.org')
    const before = (await shop.books.all('main')).length
    await shop.signUp('victim@example.org', { topics: [], purposes: [] })

    expect(await shop.books.confirmLink('victim@example.org')).toBe(genuine)
    expect(await shop.books.all('main')).toHaveLength(before)
    expect((await press(genuine, 'topics=newsletter')).status).toBe(200)
  })
})
