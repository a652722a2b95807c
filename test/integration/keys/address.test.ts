import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { parse } from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SuppressionKind } from '../../../functions/consent/decide.ts'
import { type Address, addressKeys, addressSchema } from '../../../functions/contact/address.ts'
import { type ContactStore, readStanding } from '../../../functions/contact/contacts.ts'
import { createContact } from '../../../functions/contact/create.ts'
import { signUpOwner, signUpPuts } from '../../../functions/contact/sign-up-record.ts'
import { readAddress, suppressUpdate } from '../../../functions/contact/suppression.ts'
import { newDataKey, sealIdentity } from '../../../functions/contact/vault.ts'
import { randomId } from '../../../functions/platform/id.ts'
import type { Key } from '../../../functions/platform/keyring.ts'
import { transact, ttlAt } from '../../../functions/platform/table.ts'
import { confirm } from '../../../functions/subscription/confirm.ts'
import { act, dawn, given, later } from '../../support/acts.ts'
import { startContactStore } from '../../support/contact-store.ts'
import { countingBytes, fixedKey, keysWith } from '../../support/fixed-keys.ts'
import { brokenInvariants, create, entry, nextIdentity, tracesOf } from '../../support/people.ts'

const old: Key = fixedKey('address', { state: 'verify' })
const middle: Key = { id: 2, bytes: countingBytes(0x77), state: 'verify' }
const fresh: Key = { id: 3, bytes: countingBytes(0x99), state: 'current' }
const all = [old, middle, fresh]

let store: Awaited<ReturnType<typeof startContactStore>>
let rotated: ContactStore
beforeAll(async () => {
  store = await startContactStore()
  rotated = { ...store, keys: keysWith('address', all) }
})
afterAll(() => store.stop())

/** The address's key under one version; the rest of the chain is only hashed through. */
function keyUnder(email: Address, kid: number): string {
  const key = addressKeys(email, all).find((each) => each.startsWith(`A#${kid}#`))
  if (key === undefined) throw new Error('there is no such version')
  return key
}

async function suppress(
  email: Address,
  kid: number,
  { kind, at = dawn }: { kind: SuppressionKind; at?: Date },
): Promise<void> {
  await transact(store.tables.db, [suppressUpdate(store.tables, keyUnder(email, kid), kind, at)])
}

const found = async (email: Address) => readAddress(store.tables, addressKeys(email, all))
const under = async (email: Address, kid: number) =>
  readAddress(store.tables, [keyUnder(email, kid)])

/** A sign-up as the form leaves it, filed wherever it was filed. */
async function signUpOf(email: Address, requestedAt: Date): Promise<string> {
  const signUpId = randomId()
  const { key, wrapped } = newDataKey(signUpOwner(signUpId), await store.keys('ring'))
  await transact(
    store.tables.db,
    signUpPuts(
      store.tables,
      {
        signUpId,
        sealed: sealIdentity(key, 'sign-up', { email }),
        addressKey: keyUnder(email, 1),
        network: 'none',
        topics: ['newsletter'],
        purposes: [],
        language: 'nb',
        form: 'test',
        noticeVersion: 1,
        noticeSha256: '0'.repeat(64),
        requestedAt: requestedAt.toISOString(),
        ttl: ttlAt(requestedAt, 7),
      },
      wrapped,
    ),
  )
  return signUpId
}

const pressed = async (signUpId: string, now: Date) =>
  confirm(rotated, { signUpId, keep: 'everything', now })

describe('an address that is suppressed under several key versions', () => {
  test('SUPP-03: is suppressed by the latest of each kind, wherever it stands', async () => {
    const { email } = nextIdentity()
    await suppress(email, 1, { kind: 'objection', at: later(50) })
    await suppress(email, 3, { kind: 'objection', at: later(10) })
    await suppress(email, 2, { kind: 'erasure', at: later(20) })
    expect((await found(email)).suppressions).toEqual({ objection: later(50), erasure: later(20) })
  })

  test.each(['objection', 'complaint', 'erasure', 'do-not-contact'] as const)(
    'SUPP-03: no import creates a contact for it, under whichever version the %s stands',
    async (kind) => {
      for (const kid of [1, 2, 3]) {
        const identity = nextIdentity()
        await suppress(identity.email, kid, { kind })
        const changes = [given('newsletter')]
        const outcome = await create(rotated, { identity, changes, kind: 'import' })
        expect([kid, outcome]).toEqual([kid, { kind: 'refused' }])
        expect(await found(identity.email)).toMatchObject({ suppressions: { [kind]: dawn } })
      }
    },
  )

  test('SUPP-03: nor when the suppression came under another version after the address was read', async () => {
    for (const lift of [false, true]) {
      const identity = nextIdentity()
      const address = await found(identity.email)
      await suppress(identity.email, 1, { kind: 'erasure' })
      const outcome = await createContact(rotated, {
        address,
        language: 'nb',
        plan: () => ({
          at: later(1),
          entries: [entry(act('import', later(1), given('newsletter')))],
          identity,
          liftSuppressions: lift,
        }),
      })
      expect(outcome).toEqual({ kind: 'refused' })
      expect((await found(identity.email)).contactId).toBeUndefined()
    }
  })

  test('CONS-16: the person’s own confirmation lifts it wherever it stands', async () => {
    const { email } = nextIdentity()
    for (const kid of [1, 2, 3]) await suppress(email, kid, { kind: 'erasure', at: later(kid) })
    await suppress(email, 2, { kind: 'complaint' })
    const outcome = await pressed(await signUpOf(email, later(10)), later(20))
    expect(outcome).toMatchObject({ kind: 'confirmed', topics: ['newsletter'] })
    const { contactId = '', suppressions } = await found(email)
    expect(suppressions).toEqual({})
    expect(await brokenInvariants(rotated, contactId, later(30))).toEqual([])
  })

  test('CONS-16: but not one under another version that is newer than the sign-up', async () => {
    const { email } = nextIdentity()
    await suppress(email, 1, { kind: 'erasure', at: later(15) })
    await suppress(email, 3, { kind: 'erasure', at: later(5) })
    expect(await pressed(await signUpOf(email, later(10)), later(20))).toEqual({
      kind: 'overtaken',
    })
    expect((await found(email)).suppressions).toEqual({ erasure: later(15) })
  })

  test('CONS-16: of a contact that is filed elsewhere it is lifted, too', async () => {
    const identity = nextIdentity()
    await create(store, { identity, changes: [given('events')] })
    await suppress(identity.email, 3, { kind: 'objection' })
    const outcome = await pressed(await signUpOf(identity.email, later(10)), later(20))
    expect(outcome).toMatchObject({ kind: 'confirmed', topics: ['newsletter'] })
    const { contactId = '', addressKey, suppressions } = await found(identity.email)
    expect(addressKey).toBe(keyUnder(identity.email, 1))
    expect(suppressions).toEqual({})
    expect(Object.keys((await tracesOf(rotated, contactId)).memberships).sort()).toEqual([
      'events',
      'newsletter',
    ])
  })

  test('SEND-04: a bounce is not lifted: it goes with the contact', async () => {
    const { email } = nextIdentity()
    await suppress(email, 2, { kind: 'erasure' })
    await suppress(email, 1, { kind: 'bounce', at: later(3) })
    await pressed(await signUpOf(email, later(10)), later(20))
    const { contactId = '' } = await found(email)
    const standing = await readStanding(rotated, contactId)
    expect(standing?.address.suppressions).toEqual({ bounce: later(3) })
    expect((await under(email, 2)).contactId).toBe(contactId)
    expect((await under(email, 1)).suppressions).toEqual({})
    expect((await tracesOf(rotated, contactId)).memberships).toEqual({})
    expect(await brokenInvariants(rotated, contactId, later(30))).toEqual([])
  })
})

describe('a contact of before a rotation', () => {
  test('SUPP-03: is found by a confirmation, and stays one contact', async () => {
    const identity = nextIdentity()
    const made = await create(store, { identity, changes: [given('events')] })
    if (made.kind !== 'created') throw new Error('refused')
    await pressed(await signUpOf(identity.email, later(10)), later(20))
    expect(await found(identity.email)).toMatchObject({
      contactId: made.contact.contactId,
      addressKey: keyUnder(identity.email, 1),
    })
    for (const kid of [2, 3]) expect((await under(identity.email, kid)).contactId).toBeUndefined()
  })

  test('invariant 5: a function that has not heard of the new current key yet makes no second contact', async () => {
    // The moment of promotion: some functions file under the new key, others still under the old one.
    const early = [fixedKey('address'), { ...middle, state: 'verify' as const }]
    const late = [old, { ...middle, state: 'current' as const }]
    for (let round = 0; round < 12; round++) {
      const identity = nextIdentity()
      const outcomes = await Promise.all(
        [early, late, early, late].map((keys) =>
          create({ ...store, keys: keysWith('address', keys) }, { identity }),
        ),
      )
      expect(outcomes.filter(({ kind }) => kind === 'created')).toHaveLength(1)
      const claimed = await Promise.all([1, 2].map((kid) => under(identity.email, kid)))
      expect(claimed.filter(({ contactId }) => contactId !== undefined)).toHaveLength(1)
    }
  })

  test('invariant 5: nor when the other one came first, after the address was read', async () => {
    const identity = nextIdentity()
    const address = await found(identity.email)
    await store.tables.db.send(
      new UpdateItemCommand({
        TableName: store.tables.main,
        Key: { pk: { S: keyUnder(identity.email, 1) }, sk: { S: 'A' } },
        UpdateExpression: 'SET contactId = :other',
        ExpressionAttributeValues: { ':other': { S: randomId() } },
      }),
    )
    const plan = () => ({ at: dawn, entries: [], identity })
    expect(await createContact(rotated, { address, language: 'nb', plan })).toEqual({
      kind: 'refused',
    })
  })
})

test('SUPP-04: spellings of one mailbox are one under every version', async () => {
  const identity = nextIdentity()
  await suppress(identity.email, 1, { kind: 'objection' })
  const other = parse(addressSchema, ` ${identity.email.toUpperCase()} `)
  expect((await found(other)).suppressions).toEqual({ objection: dawn })
})
