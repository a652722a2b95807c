import {
  ConditionalCheckFailedException,
  type TransactWriteItem,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { shardCount } from '../contact/membership.ts'
import { readPartition, type Tables, toItem, transact } from '../platform/table.ts'
import { hasBatches } from './batch-record.ts'
import { type Campaign, campaignKey } from './campaign-record.ts'

type Store = Pick<Tables, 'db' | 'main'>
const shardPrefix = 'S#'
const shardMarkKey = (campaignId: string, shard: string): { pk: string; sk: string } => ({
  pk: campaignKey(campaignId).pk,
  sk: `${shardPrefix}${shard}`,
})

/** Which shards are planned in full, counted from their items, never from a counter. */
export async function plannedShards({ db, main }: Store, campaignId: string): Promise<string[]> {
  const shards: string[] = []
  for await (const item of readPartition(db, main, campaignKey(campaignId).pk, shardPrefix)) {
    shards.push(String(item.sk).slice(shardPrefix.length))
  }
  return shards
}

/** Notes shards as planned, and with the last one that the whole campaign is. */
export async function shardsArePlanned(
  store: Store,
  campaignId: string,
  { shards, ttl }: { shards: readonly string[]; ttl: number | undefined },
): Promise<void> {
  if (shards.length === 0) return
  await transact(
    store.db,
    shards.map((shard) => ({
      Put: { TableName: store.main, Item: toItem({ ...shardMarkKey(campaignId, shard), ttl }) },
    })),
  )
  // Read after these were noted: of those that finish last, one at least sees them all.
  if ((await plannedShards(store, campaignId)).length < shardCount) return
  await updateIf(store, campaignId, {
    set: { shards: shardCount },
    when: ['planning', 'paused', 'sending'],
  })
  await updateIf(store, campaignId, { set: { state: 'sending' }, when: ['planning'] })
  await closeIfDone(store, campaignId)
}

/** The condition that it is not planned in full yet, nor cancelled. */
export function stillPlanned({ main }: Pick<Store, 'main'>, campaignId: string): TransactWriteItem {
  return {
    ConditionCheck: {
      TableName: main,
      Key: toItem(campaignKey(campaignId)),
      ConditionExpression: 'shards = :none AND #state IN (:planning, :paused)',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: toItem({
        ':none': 0,
        ':planning': 'planning',
        ':paused': 'paused',
      }),
    },
  }
}

/** All is planned and nothing is left to do: it is sent. The repair then stops looking after it. */
export async function closeIfDone(store: Store, campaignId: string): Promise<void> {
  if (await hasBatches(store, campaignId)) return
  await updateIf(store, campaignId, { set: { state: 'sent' }, when: ['sending'] })
}

/** Returns whether the campaign was in one of these states. */
async function updateIf(
  { db, main }: Store,
  campaignId: string,
  { set, when }: { set: Partial<Campaign>; when: readonly Campaign['state'][] },
): Promise<boolean> {
  const names = Object.keys(set)
  try {
    await db.send(
      new UpdateItemCommand({
        TableName: main,
        Key: toItem(campaignKey(campaignId)),
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        ConditionExpression: `#state IN (${when.map((_, index) => `:when${index}`).join(', ')})`,
        ExpressionAttributeNames: {
          '#state': 'state',
          ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
        },
        ExpressionAttributeValues: toItem({
          ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
          ...Object.fromEntries(when.map((state, index) => [`:when${index}`, state])),
        }),
      }),
    )
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}
