import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { readPartition, type Tables, toItem, ttlAt } from '../platform/table.ts'

/**
 * Every change to "may not", by minute: whoever made a file from an earlier reading finds here whom
 * to take out again (design §10). Holds ids only.
 */
const shards = 8
const keptDays = 14

const changeSchema = v.object({
  contactId: v.string(),
  purposes: v.array(v.string()),
  at: v.pipe(v.string(), v.isoTimestamp()),
})
export type FeedChange = v.InferOutput<typeof changeSchema>

const minuteOf = (at: Date): number => Math.floor(at.getTime() / 60_000)
const feedPk = (minute: number, shard: number): string => `O#${minute}#${shard}`

export function feedPut(
  tables: Tables,
  change: { contactId: string; purposes: readonly string[]; ledgerId: string; at: Date },
): TransactWriteItem {
  const { contactId, purposes, ledgerId, at } = change
  const shard = Number.parseInt(ledgerId.slice(-1), 16) % shards
  return {
    Put: {
      TableName: tables.main,
      Item: toItem({
        pk: feedPk(minuteOf(at), shard),
        sk: ledgerId,
        contactId,
        purposes,
        at: at.toISOString(),
        ttl: ttlAt(at, keptDays),
      }),
    },
  }
}

/** All changes of the minutes from one moment to another, both included, read strongly. */
export async function* readFeed(tables: Tables, from: Date, to: Date): AsyncGenerator<FeedChange> {
  for (let minute = minuteOf(from); minute <= minuteOf(to); minute++) {
    for (let shard = 0; shard < shards; shard++) {
      for await (const item of readPartition(tables.db, tables.main, feedPk(minute, shard))) {
        yield v.parse(changeSchema, item)
      }
    }
  }
}
