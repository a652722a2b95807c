import { QueryCommand } from '@aws-sdk/client-dynamodb'
import { shardCount } from '../contact/membership.ts'
import { fromItem, isPastTtl, type Tables, toItem } from '../platform/table.ts'
import {
  type Engagement,
  engagementShardPk,
  parseEngagement,
  readEngagements,
} from './engagement.ts'

/** A place in the walk: a shard, and the last person of it who is done with. */
export const cursorPattern = /^(\d|[1-5]\d|6[0-3])(\.[0-9a-f-]{36})?$/

export type Candidates = {
  /** Who has followed anything that tells of an interest, with all of it. */
  people: ReadonlyMap<string, readonly Engagement[]>
  /** Undefined at the end. */
  next: string | undefined
}

/** Items of one reading; fewer in tests. */
const mostItems = 1000

/**
 * The next people of whom anything is known, by shard and id: who has the highest score is not known before
 * all are read, and an order by it would be one that somebody could gain by.
 */
export async function candidatesAfter(
  tables: Pick<Tables, 'db' | 'main'>,
  { after, most, items = mostItems }: { after: string | undefined; most: number; items?: number },
  now: Date,
): Promise<Candidates> {
  const people = new Map<string, Engagement[]>()
  const [start = '0', last] = (after ?? '0').split('.')
  let contactId = last
  for (let shard = Number(start); shard < shardCount; shard++) {
    for (;;) {
      const { found, isAll } = await readShard(tables, { shard, after: contactId, items }, now)
      for (const [id, followed] of found) {
        people.set(id, followed)
        if (people.size === most) return { people, next: `${shard}.${id}` }
      }
      if (isAll) break
      contactId = [...found.keys()].at(-1)
    }
    contactId = undefined
  }
  return { people, next: undefined }
}

async function readShard(
  tables: Pick<Tables, 'db' | 'main'>,
  { shard, after, items: limit }: { shard: number; after: string | undefined; items: number },
  now: Date,
): Promise<{ found: Map<string, Engagement[]>; isAll: boolean }> {
  const { Items = [], LastEvaluatedKey } = await tables.db.send(
    new QueryCommand({
      TableName: tables.main,
      KeyConditionExpression: 'pk = :pk AND sk > :after',
      ExpressionAttributeValues: toItem({
        ':pk': engagementShardPk(shard),
        // Behind all that begins with the id and `#`.
        ':after': after === undefined ? ' ' : `${after}$`,
      }),
      ConsistentRead: true,
      Limit: limit,
    }),
  )
  const items = Items.map(fromItem)
  const found = new Map<string, Engagement[]>()
  for (const item of items) {
    const engagement = parseEngagement(item)
    const { contactId } = engagement
    const known = found.get(contactId) ?? []
    found.set(contactId, isPastTtl(item, now) ? known : [...known, engagement])
  }
  const cut = [...found.keys()].at(-1)
  if (LastEvaluatedKey !== undefined && cut !== undefined) {
    found.set(cut, await readEngagements(tables, { contactId: cut }, now))
  }
  return { found, isAll: LastEvaluatedKey === undefined }
}
