import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Item } from '../../functions/platform/table.ts'
import { scanItems } from '../../infra/audit/reader.ts'

/** A table as a backup holds it. */
export async function copyOf(db: DynamoDBClient, table: string): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of scanItems(db, table)) items.push(item)
  return items
}

/** Puts a copy in the table's place: nothing that was written since is left. */
export async function putBack(
  db: DynamoDBClient,
  table: string,
  copy: readonly Item[],
): Promise<void> {
  const deletes = (await copyOf(db, table)).map((item) => ({ DeleteRequest: { Key: keyOf(item) } }))
  await inBatches(db, table, deletes)
  await addBack(db, table, copy)
}

/** Puts a copy beside what is there. */
export const addBack = (db: DynamoDBClient, table: string, copy: readonly Item[]): Promise<void> =>
  inBatches(
    db,
    table,
    copy.map((item) => ({ PutRequest: { Item: item } })),
  )

type Request = { DeleteRequest: { Key: Item } } | { PutRequest: { Item: Item } }

async function inBatches(
  db: DynamoDBClient,
  table: string,
  all: readonly Request[],
): Promise<void> {
  for (let at = 0; at < all.length; at += 25) {
    let left: Record<string, Request[]> | undefined = { [table]: all.slice(at, at + 25) }
    while (left !== undefined && Object.keys(left).length > 0) {
      const { UnprocessedItems }: { UnprocessedItems?: unknown } = await db.send(
        new BatchWriteItemCommand({ RequestItems: left }),
      )
      left = UnprocessedItems as typeof left
    }
  }
}

function keyOf({ pk, sk }: Item): Item {
  if (pk === undefined) throw new TypeError('an item has a key')
  return sk === undefined ? { pk } : { pk, sk }
}
