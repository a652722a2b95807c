import { directMarketing } from '../consent/policy.ts'
import { type FeedChange, readFeed } from '../contact/change-feed.ts'
import { shardOf } from '../contact/membership.ts'
import type { Tables } from '../platform/table.ts'
import type { ExportRecord } from './export-record.ts'

/** An act is filed when it begins to be written; by then it is either written or has failed. */
export const underWayMs = 15 * 60_000
/** Clocks differ: someone else's may be ahead. */
export const aheadMs = 2 * 60_000

/**
 * Whether a change takes a person out of what an export has read: its topic or purpose has ended
 * since, or what it says of them has been corrected.
 */
export function isDeparture(
  { purposes, at, corrected }: FeedChange,
  { criteria: { topic, purpose }, requestedAt }: Pick<ExportRecord, 'criteria' | 'requestedAt'>,
): boolean {
  const since = Date.parse(requestedAt) - (corrected ? 0 : underWayMs)
  return (
    Date.parse(at) >= since &&
    purposes.some((each) => [topic, purpose, directMarketing].includes(each))
  )
}

/** Who has left an export between two moments, by the shard they were in. */
export async function readDepartures(
  tables: Pick<Tables, 'db' | 'main'>,
  record: Pick<ExportRecord, 'criteria' | 'requestedAt'>,
  { from, to }: { from: Date; to: Date },
): Promise<Map<string, string[]>> {
  const start = new Date(from.getTime() - underWayMs)
  const changes: FeedChange[] = []
  for await (const change of readFeed(tables, start, new Date(to.getTime() + aheadMs))) {
    if (isDeparture(change, record)) changes.push(change)
  }
  return Map.groupBy(new Set(changes.map(({ contactId }) => contactId)), shardOf)
}
