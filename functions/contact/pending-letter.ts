import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import {
  isPastTtl,
  type PersonTables,
  readTogether,
  toItem,
  transact,
  ttlAt,
} from '../platform/table.ts'
import type { Address } from './address.ts'
import type { PersonStore } from './contacts.ts'
import { keyItemSchema, newDataKey, openIdentity, sealIdentity, unwrapDataKey } from './vault.ts'

/**
 * A letter to someone whose contact no longer exists: `L#<letterId>` / `L`, the address sealed under
 * the letter's own key until the letter has left (at most a week). Written in the transaction that
 * erases the person, so that the notice of erasure is never lost.
 */
const keptDays = 7
const letterSchema = v.object({
  sealed: v.instance(Uint8Array),
  language: v.string(),
  ttl: v.number(),
})
export type PendingLetter = { letterId: string; email: Address; language: string }

const owner = (letterId: string): string => `L#${letterId}`
const itemKey = (letterId: string): { pk: string; sk: string } => ({ pk: owner(letterId), sk: 'L' })

/** When a letter was left to be sent, from its `ttl`. */
export const letterWrittenAt = ({ ttl }: { ttl: number }): Date =>
  new Date((ttl - keptDays * 86_400) * 1000)

export async function pendingLetterPuts(
  { tables, keys }: PersonStore,
  { letterId, email, language }: PendingLetter,
  at: Date,
): Promise<TransactWriteItem[]> {
  const { key, wrapped } = newDataKey(owner(letterId), await keys('ring'))
  const ttl = ttlAt(at, keptDays)
  const sealed = sealIdentity(key, 'letter', { email })
  return [
    {
      Put: {
        TableName: tables.main,
        Item: toItem({ ...itemKey(letterId), sealed, language, ttl }),
      },
    },
    { Put: { TableName: tables.keys, Item: toItem({ pk: owner(letterId), wrapped, ttl }) } },
  ]
}

export async function readPendingLetter(
  { tables, keys }: PersonStore,
  letterId: string,
  now: Date,
): Promise<PendingLetter | undefined> {
  const [item, keyItem] = await readTogether(tables.db, [
    { table: tables.main, key: itemKey(letterId) },
    { table: tables.keys, key: { pk: owner(letterId) } },
  ])
  if (item === undefined || keyItem === undefined || isPastTtl(item, now)) return undefined
  const { sealed, language } = v.parse(letterSchema, item)
  const { wrapped } = v.parse(keyItemSchema, keyItem)
  const key = unwrapDataKey(owner(letterId), wrapped, await keys('ring'))
  return { letterId, email: openIdentity(key, 'letter', sealed).email, language }
}

/** After the letter has left, nothing of the address stays. */
export async function deletePendingLetter(tables: PersonTables, letterId: string): Promise<void> {
  await transact(tables.db, [
    { Delete: { TableName: tables.main, Key: toItem(itemKey(letterId)) } },
    { Delete: { TableName: tables.keys, Key: toItem({ pk: owner(letterId) }) } },
  ])
}
