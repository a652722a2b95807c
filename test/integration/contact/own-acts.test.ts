import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Act } from '../../../functions/consent/choices.ts'
import type { Evidence } from '../../../functions/consent/ledger.ts'
import { change } from '../../../functions/contact/change.ts'
import { type ContactStore, readContact } from '../../../functions/contact/contacts.ts'
import { turnDown } from '../../../functions/contact/turn-down.ts'
import { exchange } from '../../../functions/subscription/sessions.ts'
import { act, dawn, day, given, later, withdrawn } from '../../support/acts.ts'
import { startContactStore } from '../../support/contact-store.ts'
import { byProvider, someone } from '../../support/people.ts'

let store: ContactStore & { stop: () => Promise<void> }
beforeAll(async () => {
  store = await startContactStore()
})
afterAll(() => store.stop())

const actedAt = async (contactId: string) => (await readContact(store.tables, contactId))?.actedAt
const nextDay = later(day)
const byPerson: Evidence = { actor: 'person', method: 'preference-page' }
const byStaff: Evidence = { actor: 'staff', method: 'staff' }
const bySystem: Evidence = { actor: 'system', method: 'staff' }

const changes = (evidence: Evidence, of: Act) => async (contactId: string) => {
  await change(store, contactId, () => ({ at: of.at, entries: [{ ...of, evidence }] }))
}
const off = (evidence: Evidence, of: Act) => async (contactId: string) => {
  await turnDown(store, contactId, { act: of, evidence, now: of.at })
}

describe('when a person last did something themself (SUPP-07)', () => {
  it('begins with their confirmation', async () => {
    expect(await actedAt(await someone(store, given('newsletter')))).toBe(dawn.toISOString())
  })

  it.each<[string, (contactId: string) => Promise<unknown>]>([
    ['turning on', changes(byPerson, act('turn-on', nextDay, given('events')))],
    ['turning off', changes(byPerson, act('withdraw', nextDay, withdrawn('newsletter')))],
    ['a one-click', off(byProvider, act('one-click', nextDay, withdrawn('newsletter')))],
    ['turning off once more', off(byPerson, act('withdraw', nextDay, withdrawn('events')))],
    [
      'opening the preference page from a mail',
      (contactId) =>
        exchange(
          store,
          { contactId, generation: 0, issued: nextDay, nonce: 'aa'.repeat(8) },
          nextDay,
        ),
    ],
  ])('moves on by %s', async (_, does) => {
    const contactId = await someone(store, given('newsletter'), withdrawn('events'))
    await does(contactId)

    expect(await actedAt(contactId)).toBe(nextDay.toISOString())
  })

  it.each<[string, (contactId: string) => Promise<unknown>]>([
    ['staff', off(byStaff, act('do-not-contact', nextDay, withdrawn('newsletter')))],
    ['an import', changes(byStaff, act('import', nextDay, given('events')))],
    [
      'the clock',
      changes(bySystem, act('expire', nextDay, { purpose: 'newsletter', state: 'expired' })),
    ],
    [
      'a link of an older generation',
      (contactId) =>
        exchange(
          store,
          { contactId, generation: 7, issued: nextDay, nonce: 'bb'.repeat(8) },
          nextDay,
        ),
    ],
  ])('is left alone by %s', async (_, does) => {
    const contactId = await someone(store, given('newsletter'))
    await does(contactId)

    expect(await actedAt(contactId)).toBe(dawn.toISOString())
  })

  it('raises the revision, so that whoever decides on an older reading reads again', async () => {
    const contactId = await someone(store, given('newsletter'))
    const before = await readContact(store.tables, contactId)
    const link = { contactId, generation: 0, issued: nextDay, nonce: 'cc'.repeat(8) }
    await exchange(store, link, nextDay)

    const after = await readContact(store.tables, contactId)
    expect(after?.revision).toBe((before?.revision ?? 0) + 1)
  })
})
