import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { shardOf } from '../contact/membership.ts'
import { isPastTtl, readPartition, type Tables, toItem, ttlAt } from '../platform/table.ts'

/**
 * A link that a person followed and that tells of an interest: `E#<00–63>` / `<contactId>#<campaignId>#<link>`.
 * One for a link of a mail, whatever happens how often. A partition of its own kind, so that a role must be
 * given it by name; and in shards, so that those who have been heard of are found without an index.
 */
const engagementSchema = v.object({
  sk: v.pipe(v.string(), v.regex(/^[0-9a-f-]{36}#[0-9a-f]{16}#\d{3}$/)),
  /** As the block was tagged when the campaign started. */
  interests: v.array(v.string()),
  at: v.pipe(v.string(), v.isoTimestamp()),
  /** The hit behind it, so that it goes when that turns out to have been a machine's (TRACK-07). */
  hit: v.string(),
})
export type Engagement = {
  contactId: string
  campaignId: string
  link: number
  interests: readonly string[]
  at: string
  hit: string
}

type Store = Pick<Tables, 'db' | 'main'>

/** More than anybody follows within the period; whoever does is judged by so many. */
export const mostRead = 500

export const engagementPk = (contactId: string): string => `E#${shardOf(contactId)}`
export const engagementShardPk = (shard: number): string => `E#${String(shard).padStart(2, '0')}`

type Place = Pick<Engagement, 'contactId' | 'campaignId' | 'link'>

export const engagementKey = ({ contactId, campaignId, link }: Place) => ({
  pk: engagementPk(contactId),
  sk: `${contactId}#${campaignId}#${String(link).padStart(3, '0')}`,
})

export function parseEngagement(item: Record<string, unknown>): Engagement {
  const { sk, ...rest } = v.parse(engagementSchema, item)
  const [contactId = '', campaignId = '', link] = sk.split('#')
  return { contactId, campaignId, link: Number(link), ...rest }
}

export function engagementPut(
  { main }: Pick<Tables, 'main'>,
  engagement: Engagement,
  { now, days }: { now: Date; days: number },
): TransactWriteItem {
  const { interests, at, hit } = engagement
  const ttl = ttlAt(now, days)
  const Item = toItem({ ...engagementKey(engagement), interests, at, hit, ttl })
  return { Put: { TableName: main, Item } }
}

export function engagementDelete(
  { main }: Pick<Tables, 'main'>,
  place: Place,
): { Delete: { TableName: string; Key: ReturnType<typeof toItem> } } {
  return { Delete: { TableName: main, Key: toItem(engagementKey(place)) } }
}

/** What a person followed, of all campaigns or of one, read strongly. */
export async function readEngagements(
  { db, main }: Store,
  { contactId, campaignId }: { contactId: string; campaignId?: string },
  now: Date,
): Promise<Engagement[]> {
  const start = campaignId === undefined ? `${contactId}#` : `${contactId}#${campaignId}#`
  const found: Engagement[] = []
  for await (const item of readPartition(db, main, engagementPk(contactId), start)) {
    if (!isPastTtl(item, now)) found.push(parseEngagement(item))
    if (found.length === mostRead) break
  }
  return found
}
