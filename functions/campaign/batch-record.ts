import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  QueryCommand,
  type TransactWriteItem,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { idSchema } from '../platform/id.ts'
import { fromItem, readTogether, type Tables, toItem, transact } from '../platform/table.ts'
import { campaignKey } from './campaign-record.ts'

/**
 * At most fifty messages that leave together: `B#<campaignId>` / `<shard>#<page>#<id>`. A batch stands
 * there until it is done, so what stands there is what is left to do.
 *
 * `planned` → `claimed` by one worker → `leaving` just before SES is asked. What died as `claimed` has
 * surely not left; what died as `leaving` is in doubt, and the repair decides.
 */
export const mostInBatch = 50

const time = v.pipe(v.string(), v.isoTimestamp())
const batchSchema = v.object({
  pk: v.string(),
  sk: v.string(),
  contactIds: v.array(idSchema),
  /** Of its mail: a batch is one call to SES. */
  language: v.string(),
  state: v.picklist(['planned', 'claimed', 'leaving']),
  /** When it came to be in its state, or was last put on the queue. */
  at: time,
  ttl: v.number(),
})
export type Batch = Omit<v.InferOutput<typeof batchSchema>, 'pk' | 'sk'> & { batchId: string }

const prefix = 'B#'
export const batchPk = (campaignId: string): string => `${prefix}${campaignId}`
export const batchIdSchema = v.pipe(v.string(), v.maxLength(100))

const batchKey = (campaignId: string, batchId: string) => ({ pk: batchPk(campaignId), sk: batchId })

export function parseBatch(item: Record<string, unknown>): Batch {
  const { pk: _, sk, ...batch } = v.parse(batchSchema, item)
  return { ...batch, batchId: sk }
}

export function batchPut(
  tables: Pick<Tables, 'main'>,
  campaignId: string,
  { batchId, ...batch }: Batch,
): TransactWriteItem {
  return {
    Put: {
      TableName: tables.main,
      Item: toItem({ ...batchKey(campaignId, batchId), ...batch }),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  }
}

type Store = Pick<Tables, 'db' | 'main'>

export async function readBatch(
  { db, main }: Store,
  campaignId: string,
  batchId: string,
): Promise<Batch | undefined> {
  const [item] = await readTogether(db, [{ table: main, key: batchKey(campaignId, batchId) }])
  return item === undefined ? undefined : parseBatch(item)
}

/** Moves a batch on. False when it was not as expected: somebody else has it, or it is done. */
export async function moveBatch(
  { db, main }: Store,
  campaignId: string,
  { batchId, from, to, at }: { batchId: string; from: Batch; to: Batch['state']; at: Date },
): Promise<boolean> {
  try {
    await db.send(
      new UpdateItemCommand({
        TableName: main,
        Key: toItem(batchKey(campaignId, batchId)),
        UpdateExpression: 'SET #state = :to, #at = :now',
        // The time tells one claim from the next, so a worker that slept too long moves nothing.
        ConditionExpression: '#state = :from AND #at = :at',
        ExpressionAttributeNames: { '#state': 'state', '#at': 'at' },
        ExpressionAttributeValues: toItem({
          ':from': from.state,
          ':at': from.at,
          ':to': to,
          ':now': at.toISOString(),
        }),
      }),
    )
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}

/**
 * The last step before SES is asked: only while the campaign goes on, so that a pause or a cancellation
 * holds from the moment it is stored, within a batch that is being written, too.
 */
export async function letLeave(
  { db, main }: Store,
  campaignId: string,
  { claimed, at }: { claimed: Batch; at: Date },
): Promise<boolean> {
  const outcome = await transact(db, [
    {
      ConditionCheck: {
        TableName: main,
        Key: toItem(campaignKey(campaignId)),
        ConditionExpression: '#state IN (:planning, :sending)',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: toItem({ ':planning': 'planning', ':sending': 'sending' }),
      },
    },
    {
      Update: {
        TableName: main,
        Key: toItem(batchKey(campaignId, claimed.batchId)),
        UpdateExpression: 'SET #state = :leaving, #at = :now',
        ConditionExpression: '#state = :claimed AND #at = :at',
        ExpressionAttributeNames: { '#state': 'state', '#at': 'at' },
        ExpressionAttributeValues: toItem({
          ':leaving': 'leaving',
          ':now': at.toISOString(),
          ':claimed': 'claimed',
          ':at': claimed.at,
        }),
      },
    },
  ])
  return outcome.kind === 'written'
}

export async function finishBatch(
  { db, main }: Store,
  campaignId: string,
  batchId: string,
): Promise<void> {
  await db.send(
    new DeleteItemCommand({ TableName: main, Key: toItem(batchKey(campaignId, batchId)) }),
  )
}

/** Whether anything is left to do. */
export async function hasBatches({ db, main }: Store, campaignId: string): Promise<boolean> {
  const { Items = [] } = await db.send(
    new QueryCommand({
      TableName: main,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: toItem({ ':pk': batchPk(campaignId) }),
      ConsistentRead: true,
      Limit: 1,
    }),
  )
  return Items.map(fromItem).length > 0
}
