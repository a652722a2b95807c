import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { entryHash } from '../../functions/journal/entry-hash.ts'
import { type Item, type Tables, toItem } from '../../functions/platform/table.ts'
import type { Entry } from './entry-sums.ts'
import type { IsOver } from './read-journal.ts'
import { scanItems } from './reader.ts'

export type LedgerTable = Pick<Tables, 'db' | 'ledger'>

/** Every entry of the ledger whose time is not over, by what it is now. */
export async function* ledgerEntries(
  { db, ledger }: LedgerTable,
  over: IsOver,
): AsyncGenerator<Entry> {
  for await (const item of scanItems(db, ledger)) {
    if (!over(item.at?.S)) yield entryOf(item)
  }
}

/** One entry, read strongly; undefined when there is none. */
export async function ledgerEntry(
  { db, ledger }: LedgerTable,
  key: { pk: string; sk: string },
): Promise<Entry | undefined> {
  const { Item } = await db.send(
    new GetItemCommand({ TableName: ledger, Key: toItem(key), ConsistentRead: true }),
  )
  return Item && entryOf(Item)
}

function entryOf(item: Item): Entry {
  return { pk: item.pk?.S ?? '', sk: item.sk?.S ?? '', sha256: entryHash(item) }
}
