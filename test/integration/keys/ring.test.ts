import { DeleteItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ContactStore, readOpenContact } from '../../../functions/contact/contacts.ts'
import type { Key } from '../../../functions/platform/keyring.ts'
import { isAnyUnder, rewrapDataKeys } from '../../../infra/data-keys.ts'
import { given } from '../../support/acts.ts'
import { startContactStore } from '../../support/contact-store.ts'
import { countingBytes, fixedKey, keysWith } from '../../support/fixed-keys.ts'
import { create, nextIdentity, someone } from '../../support/people.ts'

const old: Key = fixedKey('ring', { state: 'verify' })
const fresh: Key = { id: 2, bytes: countingBytes(0x55), state: 'current' }
const ring = [old, fresh]

let store: Awaited<ReturnType<typeof startContactStore>>
beforeAll(async () => {
  store = await startContactStore()
})
afterAll(() => store.stop())

const rotated = (): ContactStore => ({ ...store, keys: keysWith('ring', ring) })
const dataKeys = () => ({ db: store.tables.db, table: store.tables.keys })
async function numbers(): Promise<Record<string, number>> {
  const { Items = [] } = await store.tables.db.send(
    new ScanCommand({ TableName: store.tables.keys, ConsistentRead: true }),
  )
  return Object.fromEntries(Items.map(({ pk, wrapped }) => [pk?.S ?? '', wrapped?.B?.[0] ?? 0]))
}

describe('after a rotation of the ring key', () => {
  test('SEC-03: data keys of before open, and new ones are wrapped by the new key', async () => {
    const identity = nextIdentity()
    const before = await create(store, { identity, changes: [given('newsletter')] })
    if (before.kind !== 'created') throw new Error('refused')
    const { contactId } = before.contact
    expect((await readOpenContact(rotated(), contactId))?.identity).toEqual(identity)
    const after = await someone(rotated(), given('newsletter'))
    expect(await numbers()).toMatchObject({ [`C#${contactId}`]: 1, [`C#${after}`]: 2 })
  })

  test('SEC-03: rewrapping leaves nothing under the old key, and everything opens with the new alone', async () => {
    const people = await Promise.all(
      Array.from({ length: 60 }, () => someone(store, given('newsletter'))),
    )
    expect(await isAnyUnder(dataKeys(), 1)).toBe(true)
    const { rewrapped, broken } = await rewrapDataKeys(dataKeys(), ring)
    expect(rewrapped).toBeGreaterThanOrEqual(60)
    expect(broken).toEqual([])
    expect(await isAnyUnder(dataKeys(), 1)).toBe(false)
    const newOnly: ContactStore = { ...store, keys: keysWith('ring', [fresh]) }
    for (const contactId of people) {
      expect((await readOpenContact(newOnly, contactId))?.identity.email).toMatch(/@/)
    }
    const again = await rewrapDataKeys(dataKeys(), ring)
    expect(again).toMatchObject({ rewrapped: 0, broken: [] })
    expect(again.unchanged).toBeGreaterThanOrEqual(60)
  })

  test('RIGHT-13: a data key that is deleted while all are rewrapped stays deleted', async () => {
    const people = await Promise.all(Array.from({ length: 200 }, () => someone(store)))
    const erased = people.filter((_, index) => index % 2 === 0)
    await Promise.all([
      rewrapDataKeys(dataKeys(), ring),
      ...erased.map((contactId) =>
        store.tables.db.send(
          new DeleteItemCommand({
            TableName: store.tables.keys,
            Key: { pk: { S: `C#${contactId}` } },
          }),
        ),
      ),
    ])
    const left = await numbers()
    expect(erased.filter((contactId) => `C#${contactId}` in left)).toEqual([])
    expect(new Set(Object.values(left))).toEqual(new Set([2]))
  })

  test('SEC-12: one that does not open is named and left as it is, and the others go on', async () => {
    const well = await someone(store)
    const damaged = Uint8Array.of(1, ...new Uint8Array(60))
    await store.tables.db.send(
      new PutItemCommand({
        TableName: store.tables.keys,
        Item: { pk: { S: 'C#damaged' }, wrapped: { B: damaged } },
      }),
    )
    const { broken } = await rewrapDataKeys(dataKeys(), ring)
    expect(broken).toEqual(['C#damaged'])
    expect(await numbers()).toMatchObject({ 'C#damaged': 1, [`C#${well}`]: 2 })
    expect(await isAnyUnder(dataKeys(), 1)).toBe(true)
  })
})
