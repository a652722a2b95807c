import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { listedBefore } from '../platform/listed.ts'
import { type Tables, toItem } from '../platform/table.ts'
import { importKey, parseImport, type StoredImport } from './import-record.ts'

/** The imports by their ids, which sort by time: `I#` / `<importId>`. */
const listPk = 'I#'

export function importListPut(
  { main }: Pick<Tables, 'main'>,
  importId: string,
  ttl: number,
): TransactWriteItem {
  return { Put: { TableName: main, Item: toItem({ pk: listPk, sk: importId, ttl }) } }
}

/** Imports, newest first, that are not forgotten yet. */
export async function importsBefore(
  tables: Pick<Tables, 'db' | 'main'>,
  { before, limit }: { before: string | undefined; limit: number },
  now: Date,
): Promise<{ imports: StoredImport[]; next: string | undefined }> {
  const { listed, next } = await listedBefore(
    tables,
    { list: listPk, before, limit, keyOf: importKey },
    now,
  )
  const imports = listed.map(({ place, item }) => ({ importId: place, record: parseImport(item) }))
  return { imports, next }
}
