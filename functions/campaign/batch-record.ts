import {
  ConditionalCheckFailedException,
  QueryCommand,
  type TransactWriteItem,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { idSchema } from '../platform/id.ts'
import { fromItem, type Tables, toItem, transact } from '../platform/table.ts'
import { campaignKey } from './campaign-record.ts'

/**
 * At most fifty messages that leave together: `B#<campaignId>` / `<shard>#<page>#<id>`, by where the page
 * begins that planned it. A batch stands there until it is done, so what stands there is what is left to do.
 *
 * `planned` → `leaving` just before SES is asked. Several workers may write the mails of a batch, and one
 * lets it leave. What is `planned` has surely not left; what died as `leaving` is in doubt, and the repair
 * decides.
 */
export const mostInBatch = 50

const time = v.pipe(v.string(), v.isoTimestamp())
const batchSchema = v.object({
  pk: v.string(),
  sk: v.string(),
  contactIds: v.array(idSchema),
  /** Of its mail: a batch is one call to SES. */
  language: v.string(),
  state: v.picklist(['planned', 'leaving']),
  /** When it came to be in its state, or was last put on the queue. */
  at: time,
  ttl: v.number(),
})
export type Batch = Omit<v.InferOutput<typeof batchSchema>, 'pk' | 'sk'> & { batchId: string }

const prefix = 'B#'
export const batchPk = (campaignId: string): string => `${prefix}${campaignId}`
export const batchIdSchema = v.pipe(v.string(), v.maxLength(100))

export const batchKey = (campaignId: string, batchId: string) => ({
  pk: batchPk(campaignId),
  sk: batchId,
})

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

type Move = { batch: Batch; to: Batch['state']; at: Date }

/** Moves a batch on, unless it is not as it was read: somebody else has it, or it is done. */
export function batchMove(
  { main }: Pick<Tables, 'main'>,
  campaignId: string,
  { batch, to, at }: Move,
): { Update: NonNullable<TransactWriteItem['Update']> } {
  return {
    Update: {
      TableName: main,
      Key: toItem(batchKey(campaignId, batch.batchId)),
      UpdateExpression: 'SET #state = :to, #at = :now',
      // The time tells one turn from the next, so a worker that slept too long moves nothing.
      ConditionExpression: '#state = :from AND #at = :at',
      ExpressionAttributeNames: { '#state': 'state', '#at': 'at' },
      ExpressionAttributeValues: toItem({
        ':from': batch.state,
        ':at': batch.at,
        ':to': to,
        ':now': at.toISOString(),
      }),
    },
  }
}

/** @returns false when it was not as expected. */
export async function moveBatch(
  { db, main }: Store,
  campaignId: string,
  move: Move,
): Promise<boolean> {
  try {
    await db.send(new UpdateItemCommand(batchMove({ main }, campaignId, move).Update))
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
  { batch, at }: { batch: Batch; at: Date },
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
    batchMove({ main }, campaignId, { batch, to: 'leaving', at }),
  ])
  return outcome.kind === 'written'
}

export function batchDelete(
  { main }: Pick<Tables, 'main'>,
  campaignId: string,
  batchId: string,
): TransactWriteItem {
  return { Delete: { TableName: main, Key: toItem(batchKey(campaignId, batchId)) } }
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
