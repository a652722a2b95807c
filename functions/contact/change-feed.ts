import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { readPartition, type Tables, toItem, ttlAt } from '../platform/table.ts'

/**
 * Every change to "may not", `O#<hour>#<0–7>` / `<moment>#<ledgerId>`: whoever made a file from an
 * earlier reading finds here whom to take out again (design §10). Holds ids only.
 *
 * Filed under the moment at which it is written, never that of the act: a complaint may arrive a day
 * late, and nobody would look for it in yesterday.
 */
const shards = 8
const hourMs = 3_600_000
/** By then the recalls have taken it up; that many days may they be broken (RUNBOOK.md#recall). */
const keptDays = 14

const changeSchema = v.object({
  sk: v.string(),
  contactId: v.string(),
  purposes: v.array(v.string()),
  /** When it was filed. */
  at: v.pipe(v.string(), v.isoTimestamp()),
  /** Left out where the purposes have ended; what is corrected may be used once it is corrected. */
  corrected: v.optional(v.literal(true)),
})
export type FeedChange = Omit<v.InferOutput<typeof changeSchema>, 'sk'> & { ledgerId: string }

const hourOf = (at: Date): number => Math.floor(at.getTime() / hourMs)
const feedPk = (hour: number, shard: number): string => `O#${hour}#${shard}`

/** @param at now: at most some seconds before the write, since readers allow for no more. */
export function feedPut(
  tables: Pick<Tables, 'main'>,
  change: {
    contactId: string
    purposes: readonly string[]
    ledgerId: string
    at: Date
    corrected?: true | undefined
  },
): TransactWriteItem {
  const { ledgerId, at, ...rest } = change
  const shard = Number.parseInt(ledgerId.slice(-1), 16) % shards
  return {
    Put: {
      TableName: tables.main,
      Item: toItem({
        pk: feedPk(hourOf(at), shard),
        sk: `${at.toISOString()}#${ledgerId}`,
        ...rest,
        at: at.toISOString(),
        ttl: ttlAt(at, keptDays),
      }),
    },
  }
}

/** All that was filed from one moment to another, both included, hour by hour, read strongly. */
export async function* readFeed(
  tables: Pick<Tables, 'db' | 'main'>,
  from: Date,
  to: Date,
): AsyncGenerator<FeedChange> {
  if (from > to) return
  const moments = { from: from.toISOString(), to: `${to.toISOString()}~` }
  for (let hour = hourOf(from); hour <= hourOf(to); hour++) {
    for (let shard = 0; shard < shards; shard++) {
      const pages = readPartition(tables.db, tables.main, feedPk(hour, shard), moments)
      for await (const item of pages) {
        const { sk, ...change } = v.parse(changeSchema, item)
        yield { ...change, ledgerId: sk.slice(change.at.length + 1) }
      }
    }
  }
}
