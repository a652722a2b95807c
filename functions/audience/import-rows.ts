import { QueryCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { fromItem, type Tables, toItem } from '../platform/table.ts'

/**
 * The rows of which something was left out, and why, `I#<id>` / `R#<last row>`: numbers and reasons alone, a
 * stretch of the file in each item (CONS-15).
 */
export type Noted = { row: number; why: readonly string[] }

export const importPk = (importId: string): string => `I#${importId}`
const prefix = 'R#'
const skOf = (row: number): string => `${prefix}${String(row).padStart(10, '0')}`
const notedSchema = v.object({
  sk: v.string(),
  rows: v.array(v.object({ row: v.number(), why: v.array(v.string()) })),
})

export function notedPut(
  { main }: Pick<Tables, 'main'>,
  importId: string,
  { noted, ttl }: { noted: readonly Noted[]; ttl: number },
): TransactWriteItem[] {
  const last = noted.at(-1)
  if (last === undefined) return []
  const Item = toItem({ pk: importPk(importId), sk: skOf(last.row), rows: noted, ttl })
  return [{ Put: { TableName: main, Item } }]
}

/** So many items a page: at most a thousand rows. */
const itemsAPage = 10

/** The rows behind `after`, in the order of the file. */
export async function notedAfter(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  importId: string,
  after: number,
): Promise<{ rows: Noted[]; next: number | undefined }> {
  const { Items = [], LastEvaluatedKey } = await db.send(
    new QueryCommand({
      TableName: main,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: toItem({
        ':pk': importPk(importId),
        ':from': skOf(after + 1),
        ':to': `${prefix}~`,
      }),
      ConsistentRead: true,
      Limit: itemsAPage,
    }),
  )
  const rows = Items.flatMap((item) => v.parse(notedSchema, fromItem(item)).rows)
  return { rows, next: LastEvaluatedKey === undefined ? undefined : rows.at(-1)?.row }
}
