import { createHash } from 'node:crypto'
import { type DynamoDBClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb'
import {
  fromItem,
  type Item,
  readPartition,
  readTogether,
  type Wanted,
} from '../../functions/platform/table.ts'

export type Stored = Record<string, unknown>
export type Partition = { table: string; pk: string; skPrefix?: string }

/** Strong reads, and nothing else: the audit is given no way to write. */
export type Reader = {
  items: (wanted: readonly Wanted[]) => Promise<(Stored | undefined)[]>
  partition: (partition: Partition) => AsyncIterable<Stored>
}

export function tableReader(db: DynamoDBClient): Reader {
  return {
    items: (wanted) => readTogether(db, wanted),
    partition: ({ table, pk, skPrefix }) => readPartition(db, table, pk, skPrefix),
  }
}

/** A reader that remembers, as one hash, all that it has seen. */
export type Witness = { reader: Reader; seen: () => string }

export function witness(reader: Reader): Witness {
  const hash = createHash('sha256')
  const note = (item: Stored | undefined): void => {
    hash.update(item === undefined ? '-' : JSON.stringify(item, inOneOrder))
  }
  return {
    reader: {
      items: async (wanted) => {
        const items = await reader.items(wanted)
        for (const item of items) note(item)
        return items
      },
      async *partition(partition) {
        for await (const item of reader.partition(partition)) {
          note(item)
          yield item
        }
      },
    },
    seen: () => hash.copy().digest('hex'),
  }
}

/** DynamoDB promises no order of attributes: the same item must give the same text. */
function inOneOrder(_: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Every item of a table, a page at a time; a page is at most 1 MB. */
export async function* scanTable(db: DynamoDBClient, table: string): AsyncGenerator<Stored> {
  let start: Item | undefined
  do {
    const page: ScanCommandOutput = await db.send(
      new ScanCommand({ TableName: table, ConsistentRead: true, ExclusiveStartKey: start }),
    )
    for (const item of page.Items ?? []) yield fromItem(item)
    start = page.LastEvaluatedKey
  } while (start !== undefined)
}
