import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Act } from '../../../functions/consent/choices.ts'
import { change } from '../../../functions/contact/change.ts'
import {
  type ContactStore,
  readContact,
  readStanding,
} from '../../../functions/contact/contacts.ts'
import { turnDown } from '../../../functions/contact/turn-down.ts'
import { readTogether, transact } from '../../../functions/platform/table.ts'
import { act, given, later, withdrawn } from '../../support/acts.ts'
import { startContactStore } from '../../support/contact-store.ts'
import {
  answeringInPart,
  cancelling,
  type InterposedDynamoDb,
  interposeDynamoDb,
  losingTheAnswer,
  meanwhile,
  refusing,
} from '../../support/interposed-dynamodb.ts'
import {
  addressOf,
  brokenInvariants,
  byProvider,
  create,
  entry,
  nextIdentity,
  someone,
  tracesOf,
} from '../../support/people.ts'

let sound: Awaited<ReturnType<typeof startContactStore>>
beforeAll(async () => {
  sound = await startContactStore()
})
afterAll(() => sound.stop())

/** The same tables over a wire that misbehaves when told to. */
let wire: InterposedDynamoDb
let store: ContactStore
beforeEach(async () => {
  wire = await interposeDynamoDb(sound.endpoint)
  store = { ...sound, tables: { ...sound.tables, db: wire.db } }
})
afterEach(() => wire.stop())

const stop = (at: number): Act => act('one-click', later(at), withdrawn('newsletter'))
const oneClick = (contactId: string, asked: Act) =>
  turnDown(store, contactId, { act: asked, evidence: byProvider, now: asked.at })
const confirmed = (of: ContactStore, contactId: string, at: number) =>
  change(of, contactId, () => ({
    at: later(at),
    entries: [entry(act('confirm', later(at), given('newsletter')))],
  }))

async function expectSound(contactId: string): Promise<void> {
  expect(await brokenInvariants(sound, contactId, later(1000))).toEqual([])
}

describe('calls per act', () => {
  test('UNSUB-10: a one-click is one call', async () => {
    const contactId = await someone(sound, given('newsletter'))
    await oneClick(contactId, stop(10))
    expect(wire.calls()).toEqual(['TransactWriteItems'])
  })

  test('UNSUB-09: a repeated one is two, an older one and one for nobody are one', async () => {
    const contactId = await someone(sound, withdrawn('newsletter'))
    await oneClick(contactId, stop(10))
    expect(wire.calls()).toEqual(['TransactWriteItems', 'TransactWriteItems'])
    await oneClick(contactId, stop(5))
    expect(wire.calls()).toEqual(['TransactWriteItems'])
    await oneClick('11111111-2222-4333-8444-555555555555', stop(10))
    expect(wire.calls()).toEqual(['TransactWriteItems'])
  })

  test('SEC-08: contact, key and address are read in two batch reads, known or not', async () => {
    const contactId = await someone(sound, given('newsletter'))
    await readStanding(store, contactId)
    expect(wire.calls()).toEqual(['BatchGetItem', 'BatchGetItem'])
  })
})

describe('a database that is down', () => {
  const down = (): ContactStore => ({
    ...sound,
    tables: {
      ...sound.tables,
      db: new DynamoDBClient({
        endpoint: 'http://127.0.0.1:9',
        region: 'eu-north-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
        maxAttempts: 1,
      }),
    },
  })

  test('UNSUB-10: a one-click throws; nothing is reported as stored', async () => {
    const contactId = await someone(sound, given('newsletter'))
    const asked = { act: stop(10), evidence: byProvider, now: later(10) }
    await expect(turnDown(down(), contactId, asked)).rejects.toThrow()
    expect((await tracesOf(sound, contactId)).choices.newsletter?.state).toBe('given')
  })

  test('SEC-12: reading a person throws, and is never taken for "no such person"', async () => {
    const contactId = await someone(sound, given('newsletter'))
    await expect(readStanding(down(), contactId)).rejects.toThrow()
    await expect(readContact(down().tables, contactId)).rejects.toThrow()
    await expect(confirmed(down(), contactId, 10)).rejects.toThrow()
    await expect(addressOf(down(), nextIdentity())).rejects.toThrow()
  })

  test('SEC-12: keys that cannot be read open no door', async () => {
    const contactId = await someone(sound, given('newsletter'))
    const keyless: ContactStore = { ...sound, keys: () => Promise.reject(new Error('no SSM')) }
    await expect(readStanding(keyless, contactId)).rejects.toThrow('no SSM')
    await expect(create(keyless)).rejects.toThrow('no SSM')
  })
})

describe('a database that falters', () => {
  test.each([
    ['a transaction conflict', cancelling('TransactionConflict', 'None', 'None', 'None')],
    ['a throttled item', cancelling('None', 'ThrottlingError', 'None', 'None')],
    ['an item over its throughput', cancelling('ProvisionedThroughputExceeded')],
    ['a server error', refusing('InternalServerError', {}, 500)],
    ['throttling', refusing('ThrottlingException')],
    ['a lost answer', losingTheAnswer],
  ])(
    'UNSUB-10: a one-click that meets %s is tried again and leaves one entry',
    async (_, mishap) => {
      const contactId = await someone(sound, given('newsletter'))
      wire.next('TransactWriteItems', mishap)
      expect(await oneClick(contactId, stop(10))).toMatchObject({ kind: 'turned-down' })
      const { entries, feed } = await tracesOf(sound, contactId)
      expect(entries).toHaveLength(2)
      expect(feed).toHaveLength(1)
      await expectSound(contactId)
    },
  )

  test('UNSUB-10: one that conflicts for ever throws in the end, and has stored nothing', async () => {
    const contactId = await someone(sound, given('newsletter'))
    for (let i = 0; i < 20; i++) wire.next('TransactWriteItems', cancelling('TransactionConflict'))
    await expect(oneClick(contactId, stop(10))).rejects.toThrow('cancelled')
    expect((await tracesOf(sound, contactId)).choices.newsletter?.state).toBe('given')
  })

  test.each([
    ['a validation error', cancelling('ValidationError')],
    ['a conflict beside a validation error', cancelling('TransactionConflict', 'ValidationError')],
    ['a refusal of access', refusing('AccessDeniedException', { Message: 'not yours' })],
  ])('UNSUB-10: %s is a fault at once, not a success', async (_, mishap) => {
    const contactId = await someone(sound, given('newsletter'))
    wire.next('TransactWriteItems', mishap)
    await expect(oneClick(contactId, stop(10))).rejects.toThrow()
    expect(wire.calls()).toHaveLength(1)
  })

  test('UNSUB-09: a post delivered twice because its answer was lost is a success without a second entry', async () => {
    const contactId = await someone(sound, given('newsletter'))
    const asked = stop(10)
    for (let i = 0; i < 5; i++) wire.next('TransactWriteItems', losingTheAnswer)
    await oneClick(contactId, asked).catch(() => undefined)
    expect(await oneClick(contactId, asked)).toMatchObject({ kind: 'unchanged' })
    expect((await tracesOf(sound, contactId)).entries).toHaveLength(2)
    await expectSound(contactId)
  })

  test('CONS-01: a creation whose answer was lost makes one contact', async () => {
    const identity = nextIdentity()
    wire.next('TransactWriteItems', losingTheAnswer)
    const created = await create(store, { identity, changes: [given('newsletter')] })
    expect(created.kind).toBe('created')
    const { contactId = '' } = await addressOf(sound, identity)
    expect((await tracesOf(sound, contactId)).entries).toHaveLength(1)
    await expectSound(contactId)
  })

  test('SEC-12: a batch read answered in part is asked again for the rest', async () => {
    const contactId = await someone(sound, given('newsletter'))
    const { main, keys } = sound.tables
    const wanted = [
      { table: main, key: { pk: `C#${contactId}`, sk: 'C' } },
      { table: main, key: { pk: 'nobody', sk: 'C' } },
      { table: keys, key: { pk: `C#${contactId}` } },
    ]
    const whole = await readTogether(wire.db, wanted)
    wire.next('BatchGetItem', answeringInPart)
    expect(await readTogether(wire.db, wanted)).toEqual(whole)
    expect(whole.map((item) => item !== undefined)).toEqual([true, false, true])
  })

  test('SEC-12: one never answered in full throws, rather than call the rest absent', async () => {
    const contactId = await someone(sound, given('newsletter'))
    const table = sound.tables.main
    const nothing = {
      Responses: {},
      UnprocessedKeys: { [table]: { Keys: [{ pk: { S: `C#${contactId}` }, sk: { S: 'C' } }] } },
    }
    for (let i = 0; i < 8; i++) {
      wire.next('BatchGetItem', async () => ({ status: 200, body: JSON.stringify(nothing) }))
    }
    await expect(readContact(store.tables, contactId)).rejects.toThrow('in full')
  })

  test('a refused condition says which item refused, and what stood there', async () => {
    const contactId = await someone(sound, given('newsletter'))
    const check = (pk: string, condition: string) => ({
      ConditionCheck: {
        TableName: sound.tables.main,
        Key: { pk: { S: pk }, sk: { S: 'C' } },
        ConditionExpression: condition,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      },
    })
    const outcome = await transact(wire.db, [
      check(`C#${contactId}`, 'attribute_exists(pk)'),
      check(`C#${contactId}-2`, 'attribute_exists(pk)'),
    ])
    expect(outcome).toEqual({ kind: 'refused', standing: [{ failed: false }, { failed: true }] })
    const other = await transact(wire.db, [check(`C#${contactId}`, 'attribute_not_exists(pk)')])
    expect(other).toMatchObject({
      kind: 'refused',
      standing: [{ failed: true, item: { pk: `C#${contactId}` } }],
    })
  })
})

describe('what happens between two calls', () => {
  test('CONS-17: a no is not lost when an older yes lands while it only moves the rank', async () => {
    const contactId = await someone(sound, withdrawn('newsletter'))
    // First call: refused, it was off already. Before the second, an older yes arrives and wins.
    wire.next(
      'TransactWriteItems',
      meanwhile(async () => {}),
    )
    wire.next(
      'TransactWriteItems',
      meanwhile(() => confirmed(sound, contactId, 20)),
    )
    expect(await oneClick(contactId, stop(30))).toMatchObject({ kind: 'turned-down' })
    const { choices, memberships } = await tracesOf(sound, contactId)
    expect(choices.newsletter?.state).toBe('withdrawn')
    expect(memberships).toEqual({})
    await expectSound(contactId)
  })

  test('CONS-17: a yes planned on an old reading is planned anew when a no arrives first', async () => {
    const contactId = await someone(sound, given('events'))
    wire.next(
      'TransactWriteItems',
      meanwhile(() =>
        turnDown(sound, contactId, { act: stop(30), evidence: byProvider, now: later(30) }),
      ),
    )
    await confirmed(store, contactId, 20)
    expect((await tracesOf(sound, contactId)).choices.newsletter?.state).toBe('withdrawn')
    await expectSound(contactId)
  })

  test('CONS-15: a yes planned before a suppression makes no membership after it', async () => {
    const contactId = await someone(sound, given('events'))
    const suppress = { kind: 'complaint', at: later(15) } as const
    wire.next(
      'TransactWriteItems',
      meanwhile(() => change(sound, contactId, () => ({ at: later(15), entries: [], suppress }))),
    )
    await confirmed(store, contactId, 20)
    expect((await tracesOf(sound, contactId)).memberships).toEqual({})
    await expectSound(contactId)
  })

  test('a contact that never holds still is given up with an error, and nothing is stored', async () => {
    const contactId = await someone(sound, given('events'))
    for (let i = 0; i < 6; i++) {
      wire.next(
        'TransactWriteItems',
        meanwhile(() =>
          change(sound, contactId, () => ({
            at: later(i),
            entries: [],
            language: i % 2 ? 'en' : 'nb',
          })),
        ),
      )
    }
    await expect(confirmed(store, contactId, 20)).rejects.toThrow('kept changing')
    expect((await tracesOf(sound, contactId)).choices.newsletter).toBeUndefined()
    await expectSound(contactId)
  })
})
