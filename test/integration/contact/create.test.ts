import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decide, suppressionKinds } from '../../../functions/consent/decide.ts'
import { directMarketing } from '../../../functions/consent/policy.ts'
import { change } from '../../../functions/contact/change.ts'
import { standingOf } from '../../../functions/contact/contact.ts'
import { type ContactStore, readStanding } from '../../../functions/contact/contacts.ts'
import { createContact } from '../../../functions/contact/create.ts'
import { suppressUpdate } from '../../../functions/contact/suppression.ts'
import type { Identity } from '../../../functions/contact/vault.ts'
import type { Key } from '../../../functions/platform/keyring.ts'
import { transact } from '../../../functions/platform/table.ts'
import { policy } from '../../../policy.ts'
import { act, dawn, given, later, objected } from '../../support/acts.ts'
import { startContactStore } from '../../support/contact-store.ts'
import { countingBytes, fixedKey, keysWith } from '../../support/fixed-keys.ts'
import {
  addressOf,
  brokenInvariants,
  create,
  entry,
  nextIdentity,
  someone,
  tracesOf,
} from '../../support/people.ts'

let store: Awaited<ReturnType<typeof startContactStore>>
beforeAll(async () => {
  store = await startContactStore()
})
afterAll(() => store.stop())

async function suppress(
  of: ContactStore,
  identity: Identity,
  kind: 'erasure' | 'bounce',
): Promise<void> {
  const { addressKey } = await addressOf(of, identity)
  await transact(of.tables.db, [suppressUpdate(of.tables, addressKey, kind, dawn)])
}

async function contactIdOf(of: ContactStore, identity: Identity): Promise<string> {
  return (await addressOf(of, identity)).contactId ?? 'none'
}

describe('a new contact', () => {
  test('CONS-01: person, key, address, memberships and history come into being together', async () => {
    const identity = nextIdentity({ name: 'Ola Nordmann' })
    const created = await create(store, {
      identity,
      changes: [given('newsletter'), given('profiling')],
    })
    expect(created.kind).toBe('created')
    const contactId = await contactIdOf(store, identity)
    const standing = await readStanding(store, contactId)
    expect(standing?.contact).toMatchObject({ contactId, identity, language: 'nb', generation: 0 })
    const { memberships, entries, feed } = await tracesOf(store, contactId)
    expect(Object.keys(memberships)).toEqual(['newsletter'])
    expect(entries).toHaveLength(1)
    expect(feed).toEqual([])
    expect(await brokenInvariants(store, contactId, later(1))).toEqual([])
  })

  test('what is returned is what is stored', async () => {
    const created = await create(store, { changes: [given('newsletter')] })
    if (created.kind !== 'created') throw new Error('refused')
    const standing = await readStanding(store, created.contact.contactId)
    expect(standing?.contact.choices).toEqual(created.contact.choices)
    expect(standing?.contact.revision).toBe(created.contact.revision)
  })

  test('SUPP-01: no item holds the address in clear', async () => {
    const identity = nextIdentity({ name: 'Kari Unikum' })
    await create(store, { identity, changes: [given('newsletter')] })
    const { db, main, ledger, keys } = store.tables
    for (const TableName of [main, ledger, keys]) {
      const { Items = [] } = await db.send(new ScanCommand({ TableName }))
      const text = JSON.stringify(Items, (_, value) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
      )
      expect(text).not.toContain(identity.email)
      expect(text).not.toContain('Unikum')
    }
  })

  test('invariant 5: of many simultaneous sign-ups of one address one becomes the contact', async () => {
    const identity = nextIdentity()
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => create(store, { identity, changes: [given('newsletter')] })),
    )
    const created = outcomes.filter(({ kind }) => kind === 'created')
    expect(created).toHaveLength(1)
    const contactId = await contactIdOf(store, identity)
    expect(created[0]).toMatchObject({ contact: { contactId } })
    expect((await tracesOf(store, contactId)).entries).toHaveLength(1)
    expect(await brokenInvariants(store, contactId, later(1))).toEqual([])
  })

  test('a refused creation leaves neither key nor history behind', async () => {
    const identity = nextIdentity()
    await create(store, { identity })
    let refusedId = ''
    const address = await addressOf(store, identity)
    const { contactId: _, ...asIfNew } = address
    const outcome = await createContact(store, {
      address: asIfNew,
      language: 'nb',
      plan: (contactId) => {
        refusedId = contactId
        return { at: dawn, entries: [entry(act('confirm', dawn, given('newsletter')))], identity }
      },
    })
    expect(outcome).toEqual({ kind: 'refused' })
    expect(await readStanding(store, refusedId)).toBeUndefined()
    expect((await tracesOf(store, refusedId)).entries).toEqual([])
  })
})

describe('an address that is suppressed', () => {
  test.each(suppressionKinds.filter((kind) => kind !== 'bounce'))(
    'CONS-15: nobody but the person creates a contact for it (%s)',
    async (kind) => {
      const identity = nextIdentity()
      const { addressKey } = await addressOf(store, identity)
      await transact(store.tables.db, [suppressUpdate(store.tables, addressKey, kind, dawn)])
      const changes = [given('newsletter')]
      expect(await create(store, { identity, changes, kind: 'import' })).toEqual({
        kind: 'refused',
      })
      expect(await addressOf(store, identity)).toEqual({
        addressKey,
        suppressions: { [kind]: dawn },
      })
    },
  )

  test('CONS-15: nor when the suppression came after the address was read', async () => {
    const identity = nextIdentity()
    const address = await addressOf(store, identity)
    await suppress(store, identity, 'erasure')
    const outcome = await createContact(store, {
      address,
      language: 'nb',
      plan: () => ({
        at: later(1),
        entries: [entry(act('import', later(1), given('newsletter')))],
        identity,
      }),
    })
    expect(outcome).toEqual({ kind: 'refused' })
  })

  test('CONS-16: the person’s own confirmation creates it and lifts the suppression', async () => {
    const identity = nextIdentity()
    await suppress(store, identity, 'erasure')
    const changes = [given('newsletter')]
    const created = await create(store, { identity, changes, at: later(5), lift: true })
    expect(created.kind).toBe('created')
    const { suppressions, contactId = '' } = await addressOf(store, identity)
    expect(suppressions).toEqual({})
    expect(Object.keys((await tracesOf(store, contactId)).memberships)).toEqual(['newsletter'])
    expect(await brokenInvariants(store, contactId, later(6))).toEqual([])
  })

  test('CONS-16: but not a refusal that came after the address was read', async () => {
    const identity = nextIdentity()
    await suppress(store, identity, 'erasure')
    const address = await addressOf(store, identity)
    const again = suppressUpdate(store.tables, address.addressKey, 'erasure', later(50))
    await transact(store.tables.db, [again])
    const outcome = await createContact(store, {
      address,
      language: 'nb',
      plan: () => ({
        at: later(10),
        entries: [entry(act('confirm', later(10), given('newsletter')))],
        identity,
        liftSuppressions: true,
      }),
    })
    expect(outcome).toEqual({ kind: 'refused' })
    expect((await addressOf(store, identity)).suppressions).toEqual({ erasure: later(50) })
  })

  test('SEND-04: a permanent bounce survives the person’s own confirmation, without membership', async () => {
    const identity = nextIdentity()
    await suppress(store, identity, 'bounce')
    await create(store, { identity, changes: [given('newsletter')], lift: true })
    const { suppressions, contactId = '' } = await addressOf(store, identity)
    expect(suppressions).toEqual({ bounce: dawn })
    expect((await tracesOf(store, contactId)).memberships).toEqual({})
    expect(await brokenInvariants(store, contactId, later(1))).toEqual([])
  })

  test('CONS-16: a refusal carried over into a new contact keeps imports out of every other topic', async () => {
    const identity = nextIdentity()
    const created = await createContact(store, {
      address: await addressOf(store, identity),
      language: 'nb',
      plan: () => ({
        at: later(10),
        entries: [
          entry(act('object', dawn, objected(directMarketing))),
          entry(act('confirm', later(10), given('newsletter'))),
        ],
        identity,
      }),
    })
    if (created.kind !== 'created') throw new Error('refused')
    const { contactId } = created.contact
    const imported = entry(act('import', later(20), given('newsletter'), given('events')))
    await change(store, contactId, () => ({ at: later(20), entries: [imported] }))
    expect(Object.keys((await tracesOf(store, contactId)).memberships)).toEqual(['newsletter'])
    expect(await brokenInvariants(store, contactId, later(30))).toEqual([])
  })
})

describe('after a rotation of the address key (SUPP-03)', () => {
  const old: Key = fixedKey('address', { state: 'verify' })
  const fresh: Key = { id: 2, bytes: countingBytes(0x77), state: 'current' }
  const rotated = (): ContactStore => ({ ...store, keys: keysWith('address', [old, fresh]) })

  test('SUPP-03: a contact is found under the key it was filed with', async () => {
    const identity = nextIdentity()
    const created = await create(store, { identity })
    if (created.kind !== 'created') throw new Error('refused')
    expect(await contactIdOf(rotated(), identity)).toBe(created.contact.contactId)
    expect(await create(rotated(), { identity })).toEqual({ kind: 'refused' })
  })

  test('SUPP-03: nobody is un-suppressed: no import creates a contact', async () => {
    const identity = nextIdentity()
    await suppress(store, identity, 'erasure')
    const changes = [given('newsletter')]
    expect((await addressOf(rotated(), identity)).suppressions).toEqual({ erasure: dawn })
    expect(await create(rotated(), { identity, changes, kind: 'import' })).toEqual({
      kind: 'refused',
    })
  })

  test('SUPP-03: a bounce keeps counting for a contact that is created later', async () => {
    const identity = nextIdentity()
    await suppress(store, identity, 'bounce')
    await create(rotated(), { identity, changes: [given('newsletter')], lift: true })
    const contactId = await contactIdOf(rotated(), identity)
    const standing = await readStanding(rotated(), contactId)
    if (standing === undefined) throw new Error('no contact')
    const asked = standingOf(standing.contact, standing.address)
    expect(decide(policy, asked, 'newsletter', later(1))).toEqual({ may: false, because: 'bounce' })
  })

  test('CONS-16: the person’s own confirmation still lifts an old suppression', async () => {
    const identity = nextIdentity()
    await suppress(store, identity, 'erasure')
    const created = await create(rotated(), {
      identity,
      changes: [given('newsletter')],
      at: later(5),
      lift: true,
    })
    expect(created.kind).toBe('created')
    expect((await addressOf(rotated(), identity)).suppressions).toEqual({})
  })

  test('a newcomer is filed under the newest key', async () => {
    const identity = nextIdentity()
    await create(rotated(), { identity })
    expect((await addressOf(rotated(), identity)).addressKey).toMatch(/^A#2#/)
    expect((await addressOf(store, identity)).contactId).toBeUndefined()
  })

  test('SUPP-04: a suppression that follows is written where the contact is filed', async () => {
    const identity = nextIdentity()
    const contactId = await someone(store, given('newsletter'))
    await change(store, contactId, () => ({ at: dawn, entries: [], identity }))
    await change(rotated(), contactId, () => ({
      at: later(1),
      entries: [],
      suppress: { kind: 'objection', at: later(1) },
    }))
    expect(await brokenInvariants(rotated(), contactId, later(2))).toEqual([])
  })
})
