import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FeedChange, feedPut, readFeed } from '../../../functions/contact/change-feed.ts'
import {
  deletePendingLetter,
  pendingLetterPuts,
  readPendingLetter,
} from '../../../functions/contact/pending-letter.ts'
import {
  readConfirmedSignUp,
  readSignUp,
  signUpConfirmed,
  signUpDeletes,
  signUpOwner,
  signUpPuts,
} from '../../../functions/contact/sign-up-record.ts'
import { newDataKey, sealIdentity } from '../../../functions/contact/vault.ts'
import { orderedId, randomId } from '../../../functions/platform/id.ts'
import { readPartition, toItem, transact, ttlAt } from '../../../functions/platform/table.ts'
import { dawn, day, later } from '../../support/acts.ts'
import { startContactStore } from '../../support/contact-store.ts'
import { nextIdentity } from '../../support/people.ts'

let store: Awaited<ReturnType<typeof startContactStore>>
beforeAll(async () => {
  store = await startContactStore()
})
afterAll(() => store.stop())

/** Whether the Keys table still holds the key of this owner. */
async function keyLives(owner: string): Promise<boolean> {
  const Key = toItem({ pk: owner })
  const { Item } = await store.tables.db.send(
    new GetItemCommand({ TableName: store.tables.keys, Key, ConsistentRead: true }),
  )
  return Item !== undefined
}

describe('a sign-up', () => {
  const asked = dawn
  const week = (days: number): Date => new Date(asked.getTime() + days * day)

  async function signUp(): Promise<{
    signUpId: string
    identity: ReturnType<typeof nextIdentity>
    addressKey: string
  }> {
    const signUpId = randomId()
    const identity = nextIdentity({ name: 'Ola' })
    const { key, wrapped } = newDataKey(signUpOwner(signUpId), await store.keys('ring'))
    const record = {
      signUpId,
      sealed: sealIdentity(key, 'sign-up', identity),
      addressKey: 'A#1#hash',
      network: 'network',
      topics: ['newsletter'],
      purposes: [],
      language: 'nb',
      form: 'sign-up',
      noticeVersion: 1,
      noticeSha256: 'ab',
      requestedAt: asked.toISOString(),
      ttl: ttlAt(asked, 7),
    }
    await transact(store.tables.db, signUpPuts(store.tables, record, wrapped))
    return { signUpId, identity, addressKey: record.addressKey }
  }

  test('CONS-01: it can be read while it is pending, and not from the end of its week on', async () => {
    const { signUpId, identity } = await signUp()
    const read = (at: Date) => readSignUp(store, signUpId, at)
    expect(await read(week(6.99))).toMatchObject({ signUpId, identity, topics: ['newsletter'] })
    expect(await read(week(7))).toBeUndefined()
    expect(await readSignUp(store, randomId(), asked)).toBeUndefined()
  })

  test('CONS-03: once confirmed, its seal and key are gone, and a second press finds what it did', async () => {
    const { signUpId } = await signUp()
    const contactId = randomId()
    const confirmed = () =>
      transact(store.tables.db, signUpConfirmed(store.tables, { signUpId, contactId, at: asked }))
    expect(await readConfirmedSignUp(store.tables, signUpId, asked)).toBeUndefined()
    expect(await confirmed()).toEqual({ kind: 'written' })
    expect(await readSignUp(store, signUpId, asked)).toBeUndefined()
    expect(await keyLives(signUpOwner(signUpId))).toBe(false)
    expect(await readConfirmedSignUp(store.tables, signUpId, asked)).toMatchObject({
      contactId,
      confirmedAt: asked.toISOString(),
      topics: ['newsletter'],
    })
    expect(await readConfirmedSignUp(store.tables, signUpId, week(7))).toBeUndefined()
    expect(await confirmed()).toMatchObject({ kind: 'refused' })
  })

  test('RIGHT-11: one that is dropped leaves neither item nor key', async () => {
    const { signUpId, addressKey } = await signUp()
    const marks = () =>
      Array.fromAsync(
        readPartition(store.tables.db, store.tables.main, addressKey, `S#${signUpId}`),
      )
    expect(await marks()).toHaveLength(1)
    await transact(store.tables.db, signUpDeletes(store.tables, { signUpId, addressKey }))
    expect(await marks()).toEqual([])
    expect(await readSignUp(store, signUpId, asked)).toBeUndefined()
    expect(await readConfirmedSignUp(store.tables, signUpId, asked)).toBeUndefined()
    expect(await keyLives(signUpOwner(signUpId))).toBe(false)
  })
})

describe('a letter to someone who is no contact any more', () => {
  const now = dawn

  test('RIGHT-12: its address can be read until it has left, and then by nobody', async () => {
    const { email } = nextIdentity()
    const letter = { letterId: randomId(), email, language: 'en' }
    await transact(store.tables.db, await pendingLetterPuts(store, letter, now))
    expect(await readPendingLetter(store, letter.letterId, now)).toMatchObject(letter)
    await deletePendingLetter(store.tables, letter.letterId)
    expect(await readPendingLetter(store, letter.letterId, now)).toBeUndefined()
    expect(await keyLives(`L#${letter.letterId}`)).toBe(false)
    await deletePendingLetter(store.tables, letter.letterId)
  })

  test('RIGHT-11: it is past its time after a week, although nobody has deleted it', async () => {
    const letter = { letterId: randomId(), email: nextIdentity().email, language: 'en' }
    await transact(store.tables.db, await pendingLetterPuts(store, letter, now))
    const inAWeek = new Date(now.getTime() + 7 * day)
    expect(await readPendingLetter(store, letter.letterId, inAWeek)).toBeUndefined()
  })
})

describe('the feed of changes', () => {
  async function changed(at: Date): Promise<string> {
    const contactId = randomId()
    const put = feedPut(store.tables, {
      contactId,
      purposes: ['newsletter'],
      ledgerId: orderedId(at),
      at,
    })
    await transact(store.tables.db, [put])
    return contactId
  }
  async function told(from: Date, to: Date): Promise<string[]> {
    const changes: FeedChange[] = []
    for await (const change of readFeed(store.tables, from, to)) changes.push(change)
    return changes.map(({ contactId }) => contactId)
  }
  const minutes = (count: number, ms = 0): Date => later(count * 60_000 + ms)

  test('EXP-04: it gives every change of the time asked for, across hours, both ends included', async () => {
    const [before, first, middle, last, behind] = [
      await changed(minutes(0, -1)),
      await changed(minutes(0)),
      await changed(minutes(61, 30_000)),
      await changed(minutes(122, 59_999)),
      await changed(minutes(123)),
    ]
    const found = await told(minutes(0), minutes(122, 59_999))
    expect(found.sort()).toEqual([first, middle, last].sort())
    expect(found).not.toContain(before)
    expect(found).not.toContain(behind)
  })

  test('EXP-04: a crowd within one moment is given whole', async () => {
    const crowd = await Promise.all(Array.from({ length: 60 }, () => changed(minutes(200))))
    expect((await told(minutes(200), minutes(200))).sort()).toEqual(crowd.sort())
  })

  test('a quiet time gives nothing', async () => {
    expect(await told(later(-10 * day), new Date(dawn.getTime() - 10 * day))).toEqual([])
  })
})
