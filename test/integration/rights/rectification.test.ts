import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Address } from '../../../functions/contact/address.ts'
import { readOpenContact } from '../../../functions/contact/contacts.ts'
import { readHistory } from '../../../functions/contact/history.ts'
import { readRequest } from '../../../functions/contact/request-record.ts'
import type { LetterMessage } from '../../../functions/letters/letter-message.ts'
import { changeAddress } from '../../../functions/rights/change-address.ts'
import { beginErasure, fulfilErasure } from '../../../functions/rights/erase.ts'
import { object } from '../../../functions/rights/object.ts'
import { rectify } from '../../../functions/rights/rectify.ts'
import { restrict } from '../../../functions/rights/restrict.ts'
import { changePreferences } from '../../../functions/subscription/change-preferences.ts'
import { scanTable } from '../../../infra/audit/reader.ts'
import { given } from '../../support/acts.ts'
import { audited, brokenOf } from '../../support/audited.ts'
import { startContactStore } from '../../support/contact-store.ts'
import { memoryFiles } from '../../support/memory-files.ts'
import { addressOf, create, nextIdentity } from '../../support/people.ts'

let store: Awaited<ReturnType<typeof startContactStore>>
const mailed: LetterMessage[] = []
const letters = async (message: LetterMessage) => {
  mailed.push(message)
}
beforeAll(async () => {
  store = await startContactStore()
})
afterAll(async () => {
  expect(brokenOf(await audited(store))).toEqual([])
  await store.stop()
})

const now = () => new Date()
type Known = { contactId: string; email: Address }
async function known(): Promise<Known> {
  const identity = nextIdentity({ name: 'Kari' })
  const created = await create(store, { identity, at: now(), changes: [given('newsletter')] })
  if (created.kind !== 'created') throw new Error('nobody was created')
  return { contactId: created.contact.contactId, email: identity.email }
}
const unused = () => nextIdentity().email
const addressed = (email: Address) => addressOf(store, { email })

/** Asks for another address; the id that its link carries. */
async function asks(
  { contactId }: Known,
  email: Address,
): Promise<{ changeId: string; requestId: string }> {
  const corrections = { details: {}, email }
  const request = await rectify(store, contactId, { corrections, letters, now: now() })
  const last = mailed.at(-1)
  if (last?.kind !== 'address-change') throw new Error('no letter was asked for')
  return { changeId: last.changeId, requestId: request?.id ?? '' }
}
const press = (changeId: string) => changeAddress(store, changeId, { letters, now: now() })
const membershipsOf = async ({ contactId }: Known) => {
  const found: string[] = []
  for await (const { pk, sk } of scanTable(store.tables.db, store.tables.main)) {
    if (sk === contactId && String(pk).startsWith('T#')) found.push(String(pk).split('#')[1] ?? '')
  }
  return found
}

describe('rectification', () => {
  it('RIGHT-09: corrects details at once, everywhere, and notes which, never what', async () => {
    const kari = await known()
    const corrections = { details: { name: 'Kari Nordmann', phone: '' }, language: 'en' }
    const request = await rectify(store, kari.contactId, { corrections, letters, now: now() })

    expect(request).toMatchObject({ kind: 'rectification', status: 'done' })
    const contact = await readOpenContact(store, kari.contactId)
    expect(contact?.identity).toEqual({ email: kari.email, name: 'Kari Nordmann' })
    expect(contact?.language).toBe('en')
    const history = await readHistory(store, kari.contactId)
    const entry = history.at(-1)
    expect(entry).toMatchObject({ kind: 'rectify', changes: [] })
    expect(entry?.evidence.asked).toEqual(['name', 'phone', 'language'])
    let told = 0
    for await (const item of scanTable(store.tables.db, store.tables.main)) {
      if (item.corrected === true && item.contactId === kari.contactId) told += 1
    }
    expect(told).toBe(1)
  })

  it('RIGHT-09: uses a new address once it is confirmed there, and tells the old one', async () => {
    const kari = await known()
    const email = unused()
    const before = await readOpenContact(store, kari.contactId)
    const { changeId, requestId } = await asks(kari, email)
    expect((await readOpenContact(store, kari.contactId))?.identity.email).toBe(kari.email)

    expect(await press(changeId)).toEqual({ kind: 'changed' })
    const after = await readOpenContact(store, kari.contactId)
    expect(after?.identity).toEqual({ email, name: 'Kari' })
    expect(after?.generation).toBe((before?.generation ?? 0) + 1)
    expect((await addressed(email)).contactId).toBe(kari.contactId)
    expect(await addressed(kari.email)).toMatchObject({ suppressions: {} })
    expect((await addressed(kari.email)).contactId).toBeUndefined()
    expect(await membershipsOf(kari)).toEqual(['newsletter'])
    expect(mailed.at(-1)).toEqual({ kind: 'address-changed', letterId: requestId })
    expect((await readRequest(store.tables, requestId, now()))?.status).toBe('done')
    expect(await press(changeId)).toEqual({ kind: 'changed-before' })
  })

  it('changes nothing when the address has a contact of its own, and says no more than of an old link', async () => {
    const [kari, ola] = [await known(), await known()]
    const { changeId } = await asks(kari, ola.email)
    expect(await press(changeId)).toEqual({ kind: 'not-possible' })
    expect(await press('00000000-0000-4000-8000-000000000000')).toEqual({ kind: 'not-possible' })
    expect((await addressed(ola.email)).contactId).toBe(ola.contactId)
    expect((await addressed(kari.email)).contactId).toBe(kari.contactId)
  })

  it.each(['objection', 'erasure'] as const)(
    'keeps a new address suppressed that was so by an %s, until the person turns something on',
    async (kind) => {
      const [kari, ola] = [await known(), await known()]
      const requests = async () => {}
      const begun = await beginErasure(store, ola.contactId, { requests, now: now() })
      const erasing = { contactId: ola.contactId, requestId: begun?.id ?? '' }
      await fulfilErasure(store, erasing, { letters, files: memoryFiles(), now: now() })
      if (kind === 'objection') {
        await object(store, kari.contactId, { to: 'direct-marketing', now: now() })
      }
      const { changeId } = await asks(kari, ola.email)
      expect(await press(changeId)).toEqual({ kind: 'changed' })

      const { contactId, suppressions } = await addressed(ola.email)
      expect(contactId).toBe(kari.contactId)
      expect(Object.keys(suppressions)).toEqual(['objection'])
      expect(await membershipsOf(kari)).toEqual([])
      await changePreferences(store, kari.contactId, {
        wishes: { events: 'given' },
        method: 'preference-page',
        now: now(),
      })
      expect(await membershipsOf(kari)).toContain('events')
    },
  )

  it('carries an objection along, and leaves the old address with its own', async () => {
    const kari = await known()
    const email = unused()
    await object(store, kari.contactId, { to: 'direct-marketing', now: now() })
    const { changeId } = await asks(kari, email)
    await press(changeId)
    expect(Object.keys((await addressed(email)).suppressions)).toEqual(['objection'])
    expect(Object.keys((await addressed(kari.email)).suppressions)).toEqual(['objection'])
  })

  it('has one wish at a time: a later one ends the earlier, its link and its request', async () => {
    const kari = await known()
    const first = await asks(kari, unused())
    const second = await asks(kari, unused())
    expect(await press(first.changeId)).toEqual({ kind: 'not-possible' })
    expect(await readRequest(store.tables, first.requestId, now())).toMatchObject({
      status: 'done',
      outcome: 'lapsed',
    })
    expect(await press(second.changeId)).toEqual({ kind: 'changed' })
  })

  it('is dropped by an erasure, mark and all (RIGHT-11)', async () => {
    const kari = await known()
    const { changeId } = await asks(kari, unused())
    const requests = async () => {}
    const begun = await beginErasure(store, kari.contactId, { requests, now: now() })
    expect(await press(changeId)).toEqual({ kind: 'not-possible' })
    const erasing = { contactId: kari.contactId, requestId: begun?.id ?? '' }
    await fulfilErasure(store, erasing, { letters, files: memoryFiles(), now: now() })
    for await (const item of scanTable(store.tables.db, store.tables.main)) {
      if (!String(item.pk).startsWith('O#')) {
        expect(JSON.stringify(item)).not.toContain(kari.contactId)
      }
    }
  })

  it('decides every race the strict way: with an objection, an erasure, a second press, somebody else', async () => {
    for (let round = 0; round < 6; round++) {
      const [kari, ola] = [await known(), await known()]
      const email = unused()
      const [one, other] = [await asks(kari, email), await asks(ola, email)]
      const requests = async () => {}
      const meanwhile = [
        () => object(store, kari.contactId, { to: 'direct-marketing', now: now() }),
        () => beginErasure(store, kari.contactId, { requests, now: now() }),
        () => press(one.changeId),
      ][round % 3]
      const [first, second] = await Promise.all([
        press(one.changeId),
        press(other.changeId),
        meanwhile?.(),
      ])
      const { contactId, suppressions } = await addressed(email)
      const owners = [first, second].filter(({ kind }) => kind === 'changed')
      if (owners.length > 0) expect([kari.contactId, ola.contactId]).toContain(contactId)
      if (contactId === kari.contactId && round % 3 === 0) {
        expect(suppressions.objection).toBeInstanceOf(Date)
      }
      if (round % 3 !== 2) expect(await membershipsOf(kari)).toEqual([])
    }
  })
})

describe('restriction', () => {
  it('RIGHT-10: stops everything at once, keeps the data, and gives back what the choices then say', async () => {
    const kari = await known()
    const request = await restrict(store, kari.contactId, { lift: false, now: now() })
    expect(request).toMatchObject({ kind: 'restriction', status: 'done' })
    expect(await membershipsOf(kari)).toEqual([])
    const contact = await readOpenContact(store, kari.contactId)
    expect(contact?.restricted).toBe(true)
    expect(contact?.choices.newsletter?.state).toBe('given')

    await changePreferences(store, kari.contactId, {
      wishes: { events: 'given' },
      method: 'preference-page',
      now: now(),
    })
    expect(await membershipsOf(kari)).toEqual([])
    await changePreferences(store, kari.contactId, {
      wishes: { newsletter: 'withdrawn' },
      method: 'preference-page',
      now: now(),
    })
    await restrict(store, kari.contactId, { lift: true, now: now() })
    expect(await membershipsOf(kari)).toEqual(['events'])
    const kinds = (await readHistory(store, kari.contactId)).map(({ kind }) => kind)
    expect(kinds).toEqual(expect.arrayContaining(['restrict', 'lift-restriction']))
  })

  it('asked for twice is one restriction and two answered requests', async () => {
    const kari = await known()
    const first = await restrict(store, kari.contactId, { lift: false, now: now() })
    const second = await restrict(store, kari.contactId, { lift: false, now: now() })
    expect(first?.id).not.toBe(second?.id)
    const kinds = (await readHistory(store, kari.contactId)).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'restrict')).toHaveLength(1)
  })
})
