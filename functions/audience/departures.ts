import { directMarketing } from '../consent/policy.ts'
import { readFeed } from '../contact/change-feed.ts'
import { shardOf } from '../contact/membership.ts'
import type { Tables } from '../platform/table.ts'
import type { Criteria } from './criteria.ts'

/** Acts that were under way when the run began are in the feed by the minute they began in. */
const beforeMs = 15 * 60_000
/** Clocks differ: someone else's next minute may have begun. */
const afterMs = 2 * 60_000

/** Who has left topic or purpose while an export was running, by the shard they were in. */
export async function readDepartures(
  tables: Tables,
  { topic, purpose }: Pick<Criteria, 'topic' | 'purpose'>,
  { from, to }: { from: Date; to: Date },
): Promise<Map<string, string[]>> {
  const left = new Map<string, string[]>()
  const start = new Date(from.getTime() - beforeMs)
  const end = new Date(to.getTime() + afterMs)
  for await (const change of readFeed(tables, start, end)) {
    const { contactId, purposes } = change
    if (!purposes.some((each) => [topic, purpose, directMarketing].includes(each))) continue
    const shard = shardOf(contactId)
    const others = left.get(shard)
    if (others === undefined) left.set(shard, [contactId])
    else others.push(contactId)
  }
  return left
}
