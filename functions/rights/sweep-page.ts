import { ScanCommand } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import type { Policy } from '../consent/policy.ts'
import { parseContact } from '../contact/contact.ts'
import { parseAddressRecord } from '../contact/suppression.ts'
import { parseEngagement } from '../engagement/engagement.ts'
import { fromItem, type Tables, toItem } from '../platform/table.ts'
import { parseTrackedMessage } from '../tracking/ended-tracking.ts'
import { contactOfLastOpen } from '../tracking/last-open.ts'
import type { Seen } from './retention-rules.ts'
import { type Cursor, partCount } from './sweep-part.ts'

/** What DynamoDB's own deletion is given before it counts as missed: days at most, it says. */
const graceSeconds = 2 * 86_400

export type PageWanted = {
  policy: Policy
  part: number
  cursor: Cursor | undefined
  /** Items walked past in one page; DynamoDB ends one at 1 MB in any case. */
  most: number
  now: Date
}
export type Page = {
  items: Record<string, unknown>[]
  /** How many were walked past, whatever they were. */
  walked: number
  cursor: Cursor | undefined
}

/**
 * One page of a part of `Main`. Read as it comes: whatever is done about an item is conditioned on how
 * it stood, and what a stale reading misses is there at the next run.
 */
export async function readPage(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  { policy, part, cursor, most, now }: PageWanted,
): Promise<Page> {
  const wanted = [
    'sk = :contact',
    '(sk = :letter AND begins_with(pk, :letters))',
    'attribute_exists(tracked)',
    '(counted.opens = :yes AND attribute_not_exists(ended.opens))',
    '(counted.clicks = :yes AND attribute_not_exists(ended.clicks))',
    'sk = :day',
    'begins_with(pk, :engagements)',
    '#ttl < :late',
  ]
  if (policy.retention.objection !== null) wanted.push('sk = :address')
  const page = await db.send(
    new ScanCommand({
      TableName: main,
      Segment: part,
      TotalSegments: partCount,
      Limit: most,
      ExclusiveStartKey: cursor && toItem(cursor),
      FilterExpression: wanted.join(' OR '),
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: toItem({
        ':contact': 'C',
        ':day': 'D',
        ':engagements': 'E#',
        ':letter': 'L',
        ':letters': 'L#',
        ':late': lateAt(now),
        ':yes': true,
        ...(policy.retention.objection === null ? {} : { ':address': 'A' }),
      }),
    }),
  )
  return {
    items: (page.Items ?? []).map(fromItem),
    walked: page.ScannedCount ?? 0,
    cursor: page.LastEvaluatedKey && v.parse(cursorKey, fromItem(page.LastEvaluatedKey)),
  }
}

const cursorKey = v.object({ pk: v.string(), sk: v.string() })
const lateAt = (now: Date): number => Math.floor(now.getTime() / 1000) - graceSeconds

/** Whose message an item is; nobody's when it is none, or is not to be read. */
export function recipientOf(item: Record<string, unknown>): string[] {
  const message = v.safeParse(recipientSchema, item)
  return message.success ? [message.output.contactId] : []
}
const recipientSchema = v.object({
  pk: v.pipe(v.string(), v.startsWith('K#')),
  sk: v.pipe(v.string(), v.startsWith('M#')),
  contactId: v.string(),
})

/** @throws when the item is not one that we ever write. */
export function seen(item: Record<string, unknown>, now: Date): Seen | undefined {
  const { pk, sk, ttl } = v.parse(itemSchema, item)
  if (ttl !== undefined && ttl < lateAt(now)) return { kind: 'outlived' }
  if (pk.startsWith('K#') && sk.startsWith('M#')) {
    return { kind: 'message', met: parseTrackedMessage(item) }
  }
  if (pk.startsWith('E#')) return { kind: 'engagement', engagement: parseEngagement(item) }
  const kind = `${pk.slice(0, pk.indexOf('#') + 1)}${sk}`
  switch (kind) {
    case 'C#C':
      return { kind: 'contact', contact: parseContact(item) }
    case 'A#A':
      return { kind: 'address', address: parseAddressRecord(pk, item) }
    case 'D#D':
      return { kind: 'last-open', contactId: contactOfLastOpen({ pk }) }
    case 'L#L':
      return { kind: 'letter', letterId: pk.slice(2), ttl: ttl ?? 0 }
    default:
      return undefined
  }
}

const itemSchema = v.object({ pk: v.string(), sk: v.string(), ttl: v.optional(v.number()) })
