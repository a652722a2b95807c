import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { listedBefore } from '../platform/listed.ts'
import { type Tables, toItem } from '../platform/table.ts'
import { type ExportRecord, parseRecord, recordKey } from './export-record.ts'

/** The exports by their ids, which sort by time: `X#` / `<exportId>`. */
const listPk = 'X#'

export type ListedExport = { exportId: string; record: ExportRecord }

export function listPut(
  tables: Pick<Tables, 'main'>,
  exportId: string,
  ttl: number,
): TransactWriteItem {
  return { Put: { TableName: tables.main, Item: toItem({ pk: listPk, sk: exportId, ttl }) } }
}

/** As many as one batch read takes. */
const mostTogether = 100

/**
 * Exports, newest first, that are not forgotten yet.
 * @param before the oldest that the caller knows; from the newest on when left out.
 */
export async function exportsBefore(
  tables: Pick<Tables, 'db' | 'main'>,
  { before, limit = mostTogether }: { before?: string | undefined; limit?: number },
  now: Date,
): Promise<{ exports: ListedExport[]; next: string | undefined }> {
  const { listed, next } = await listedBefore(
    tables,
    { list: listPk, before, limit, keyOf: recordKey },
    now,
  )
  const exports = listed.map(({ place, item }) => {
    return { exportId: place, record: parseRecord(item) }
  })
  return { exports, next }
}

/** Every export that is not forgotten yet, newest first. */
export async function* allExports(
  tables: Pick<Tables, 'db' | 'main'>,
  now: Date,
): AsyncGenerator<ListedExport> {
  let before: string | undefined
  do {
    const page = await exportsBefore(tables, { before }, now)
    yield* page.exports
    before = page.next
  } while (before !== undefined)
}
