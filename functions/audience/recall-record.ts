import { PutItemCommand, QueryCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import type { FeedChange } from '../contact/change-feed.ts'
import { fromItem, readTogether, type Tables, toItem } from '../platform/table.ts'
import { recordKey } from './export-record.ts'

/**
 * Whom the recipient of an export must drop or correct: `X#<exportId>#R` / `<moment>#<ledgerId>`, the
 * place of the change in the feed. So whoever read up to one of them has read all before it, and the
 * same change noted twice is noted once.
 */
const recallPk = (exportId: string): string => `X#${exportId}#R`
const recallSchema = v.object({
  sk: v.string(),
  ref: v.string(),
  change: v.picklist(['left', 'corrected']),
  at: v.string(),
})
export type Recall = Omit<v.InferOutput<typeof recallSchema>, 'sk'>
export type KeptRecall = Recall & { place: string }

export const placeOf = ({ at, ledgerId }: FeedChange): string => `${at}#${ledgerId}`
export const placePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#[0-9a-f-]{36}$/

export const recallOf = ({ at, corrected }: FeedChange, ref: string): Recall => ({
  ref,
  change: corrected ? 'corrected' : 'left',
  at,
})

type Items = Pick<Tables, 'db' | 'main'>

export async function keepRecall(
  { db, main }: Items,
  { exportId, place, ttl }: { exportId: string; place: string; ttl: number },
  recall: Recall,
): Promise<void> {
  const Item = toItem({ pk: recallPk(exportId), sk: place, ...recall, ttl })
  await db.send(new PutItemCommand({ TableName: main, Item }))
}

/** The recalls after a place, in order. */
export async function recallsAfter(
  { db, main }: Items,
  exportId: string,
  { after = '', limit }: { after?: string | undefined; limit: number },
): Promise<KeptRecall[]> {
  const { Items = [] } = await db.send(
    new QueryCommand({
      TableName: main,
      KeyConditionExpression: 'pk = :pk AND sk > :after',
      ExpressionAttributeValues: toItem({ ':pk': recallPk(exportId), ':after': after || '0' }),
      ConsistentRead: true,
      Limit: limit,
    }),
  )
  return Items.map((item) => {
    const { sk, ...recall } = v.parse(recallSchema, fromItem(item))
    return { ...recall, place: sk }
  })
}

export async function isRecall({ db, main }: Items, exportId: string, place: string) {
  const key = { pk: recallPk(exportId), sk: place }
  const [item] = await readTogether(db, [{ table: main, key }])
  return item !== undefined
}

/** Notes how far a recipient has followed; the condition fails where it was further already. */
export function acknowledgedUpdate(
  { main }: Pick<Tables, 'main'>,
  exportId: string,
  { place, at }: { place: string; at: Date },
): TransactWriteItem {
  return {
    Update: {
      TableName: main,
      Key: toItem(recordKey(exportId)),
      UpdateExpression: 'SET acknowledged = :acknowledged',
      ConditionExpression:
        'attribute_exists(pk) AND (attribute_not_exists(acknowledged) OR acknowledged.place < :place)',
      ExpressionAttributeValues: toItem({
        ':acknowledged': { place, at: at.toISOString() },
        ':place': place,
      }),
    },
  }
}

/** Up to which moment of the feed every recall of every export is kept. */
const settledKey = { pk: 'X#settled', sk: 'R' }
const settledSchema = v.object({ to: v.pipe(v.string(), v.isoTimestamp()) })

export async function readSettled({ db, main }: Items): Promise<Date | undefined> {
  const [item] = await readTogether(db, [{ table: main, key: settledKey }])
  return item === undefined ? undefined : new Date(v.parse(settledSchema, item).to)
}

export async function saveSettled({ db, main }: Items, to: Date): Promise<void> {
  const Item = toItem({ ...settledKey, to: to.toISOString() })
  await db.send(new PutItemCommand({ TableName: main, Item }))
}
