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
    items: itemsTogether(db),
    partition: ({ table, pk, skPrefix }) => readPartition(db, table, pk, skPrefix),
  }
}

type Asked = {
  wanted: readonly Wanted[]
  resolve: (items: (Stored | undefined)[]) => void
  reject: (error: unknown) => void
}

/** DynamoDB reads at most 100 items together. */
const together = 100

/** What many ask for at the same moment is read in few calls: most of the audit's time is calls. */
function itemsTogether(db: DynamoDBClient): Reader['items'] {
  let waiting: Asked[] = []
  const readAll = () => {
    let batch: Asked[] = []
    let size = 0
    for (const asked of waiting) {
      if (size + asked.wanted.length > together) {
        answer(db, batch)
        batch = []
        size = 0
      }
      batch.push(asked)
      size += asked.wanted.length
    }
    answer(db, batch)
    waiting = []
  }
  return (wanted) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(readAll)
      waiting.push({ wanted, resolve, reject })
    })
}

function answer(db: DynamoDBClient, batch: readonly Asked[]): void {
  const nameOf = ({ table, key }: Wanted) => `${table}|${key.pk}|${key.sk ?? ''}`
  // One call may name an item only once.
  const wanted = new Map(batch.flatMap((asked) => asked.wanted.map((each) => [nameOf(each), each])))
  readTogether(db, [...wanted.values()]).then(
    (items) => {
      const found = new Map([...wanted.keys()].map((name, index) => [name, items[index]]))
      for (const asked of batch) asked.resolve(asked.wanted.map((each) => found.get(nameOf(each))))
    },
    (error: unknown) => {
      for (const asked of batch) asked.reject(error)
    },
  )
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
  for await (const item of scanItems(db, table)) yield fromItem(item)
}

/** The same as they are stored. */
export async function* scanItems(db: DynamoDBClient, table: string): AsyncGenerator<Item> {
  let start: Item | undefined
  do {
    const page: ScanCommandOutput = await db.send(
      new ScanCommand({ TableName: table, ConsistentRead: true, ExclusiveStartKey: start }),
    )
    yield* page.Items ?? []
    start = page.LastEvaluatedKey
  } while (start !== undefined)
}
