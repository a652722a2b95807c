import { createHash } from 'node:crypto'
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { type Contact, contactItemKey } from '../contact/contact.ts'
import { monthsAfter } from '../platform/calendar-month.ts'
import { isPastTtl, readTogether, type Tables, toItem } from '../platform/table.ts'

/**
 * That a person's number was looked up in Reservasjonsregisteret, and what was found: `Q#<contactId>` / `Q`. It
 * holds no number; it is over after a month, and as soon as anything of the person's identity changes (CALL-02).
 */
const checkSchema = v.object({
  at: v.pipe(v.string(), v.isoTimestamp()),
  /** Where it was looked up. */
  source: v.string(),
  /** They do not want to be called. */
  reserved: v.boolean(),
  /** Of which identity, without telling it. */
  of: v.string(),
})
export type RegisterCheck = v.InferOutput<typeof checkSchema>

type Store = Pick<Tables, 'db' | 'main'>

export const checkKey = (contactId: string): { pk: string; sk: string } => ({
  pk: `Q#${contactId}`,
  sk: 'Q',
})

export const endOfCheck = (at: Date): Date => monthsAfter(at, 1)

/** A seal is noise, and another one whenever what lies in it is written anew. */
export const identityMark = ({ sealed }: Pick<Contact, 'sealed'>): string =>
  createHash('sha256').update(sealed).digest('base64url')

export function parseCheck(
  item: Record<string, unknown> | undefined,
  now: Date,
): RegisterCheck | undefined {
  return item === undefined || isPastTtl(item, now) ? undefined : v.parse(checkSchema, item)
}

export async function readCheck(
  { db, main }: Store,
  contactId: string,
  now: Date,
): Promise<RegisterCheck | undefined> {
  const [item] = await readTogether(db, [{ table: main, key: checkKey(contactId) }])
  return parseCheck(item, now)
}

/** Nothing is noted of whoever is gone or going, or of whom something else is known by now. */
export function checkPuts(
  { main }: Pick<Tables, 'main'>,
  contact: Contact,
  check: RegisterCheck,
): TransactWriteItem[] {
  const { contactId, sealed } = contact
  const ttl = Math.floor(endOfCheck(new Date(check.at)).getTime() / 1000)
  return [
    { Put: { TableName: main, Item: toItem({ ...checkKey(contactId), ...check, ttl }) } },
    {
      ConditionCheck: {
        TableName: main,
        Key: toItem(contactItemKey(contactId)),
        ConditionExpression: 'sealed = :sealed AND attribute_not_exists(erasing)',
        ExpressionAttributeValues: toItem({ ':sealed': sealed }),
      },
    },
  ]
}

export function checkDelete({ main }: Pick<Tables, 'main'>, contactId: string): TransactWriteItem {
  return { Delete: { TableName: main, Key: toItem(checkKey(contactId)) } }
}
