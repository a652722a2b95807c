import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { recordingOf } from '../consent/decide.ts'
import type { Policy } from '../consent/policy.ts'
import { contactItemKey, standingOf } from '../contact/contact.ts'
import { readContact } from '../contact/contacts.ts'
import { readAddress } from '../contact/suppression.ts'
import { isPastTtl, readTogether, type Tables, toItem, transact, ttlAt } from '../platform/table.ts'

/**
 * The mode `date_only` (TRACK-04): of a person the day of their last open, and nothing else: `D#<contactId>` /
 * `D`. A partition of its own, so that a role must be given it by name, and no score or audience ever is.
 */
const lastOpenSchema = v.object({ day: v.pipe(v.string(), v.isoDate()) })

export const lastOpenKey = (contactId: string): { pk: string; sk: string } => ({
  pk: `D#${contactId}`,
  sk: 'D',
})

type Store = Pick<Tables, 'db' | 'main'>

/** Overwrites the day with a later one; whoever is gone or going is not remembered again. */
export async function keepDay(
  { db, main }: Store,
  contactId: string,
  { at, now, days }: { at: number; now: Date; days: number },
): Promise<void> {
  const day = new Date(at).toISOString().slice(0, 10)
  await transact(db, [
    {
      ConditionCheck: {
        TableName: main,
        Key: toItem(contactItemKey(contactId)),
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(erasing)',
      },
    },
    {
      Update: {
        TableName: main,
        Key: toItem(lastOpenKey(contactId)),
        UpdateExpression: 'SET #day = :day, #ttl = :ttl',
        ConditionExpression: 'attribute_not_exists(#day) OR #day < :day',
        ExpressionAttributeNames: { '#day': 'day', '#ttl': 'ttl' },
        ExpressionAttributeValues: toItem({ ':day': day, ':ttl': ttlAt(now, days) }),
      },
    },
  ])
}

export async function readLastOpen(
  { db, main }: Store,
  contactId: string,
  now: Date,
): Promise<string | undefined> {
  const [item] = await readTogether(db, [{ table: main, key: lastOpenKey(contactId) }])
  return item === undefined || isPastTtl(item, now) ? undefined : v.parse(lastOpenSchema, item).day
}

/** Whether the day rests on nothing any more: a no, another mode, a person who is gone (SUPP-08). */
export async function dayHasEnded(
  { tables, policy }: { tables: Store; policy: Policy },
  contactId: string,
  now: Date,
): Promise<boolean> {
  const contact = await readContact(tables, contactId)
  if (contact === undefined) return true
  // Kept, and used for nothing, while it lasts (RIGHT-10).
  if (contact.restricted) return false
  const standing = standingOf(contact, await readAddress(tables, [contact.addressKey]))
  const wanted = { purpose: 'open-tracking', askedFor: true, now } as const
  return recordingOf(policy, standing, wanted) !== 'day'
}

export async function forgetDay(
  { db, main }: Store,
  contactId: string,
  also: readonly TransactWriteItem[] = [],
): Promise<void> {
  const Key = toItem(lastOpenKey(contactId))
  await transact(db, [{ Delete: { TableName: main, Key } }, ...also])
}

/** What the sweep meets of one. */
export const contactOfLastOpen = ({ pk }: { pk: string }): string => pk.slice('D#'.length)
