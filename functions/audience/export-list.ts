import { QueryCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { fromItem, isPastTtl, readTogether, type Tables, toItem } from '../platform/table.ts'
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

const idSchema = v.object({ sk: v.string() })
/** As many as one batch read takes. */
const mostTogether = 100

/**
 * Exports, newest first, that are not forgotten yet.
 * @param before the oldest that the caller knows; from the newest on when left out.
 */
export async function exportsBefore(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  { before, limit = mostTogether }: { before?: string | undefined; limit?: number },
  now: Date,
): Promise<{ exports: ListedExport[]; next: string | undefined }> {
  const { Items = [], LastEvaluatedKey } = await db.send(
    new QueryCommand({
      TableName: main,
      KeyConditionExpression: before === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :before',
      ExpressionAttributeValues: toItem({ ':pk': listPk, ':before': before }),
      ScanIndexForward: false,
      ConsistentRead: true,
      Limit: limit,
    }),
  )
  const ids = Items.map((item) => v.parse(idSchema, fromItem(item)).sk)
  const records = await readTogether(
    db,
    ids.map((exportId) => ({ table: main, key: recordKey(exportId) })),
  )
  const exports = ids.flatMap((exportId, index) => {
    const item = records[index]
    return item === undefined || isPastTtl(item, now) ? [] : { exportId, record: parseRecord(item) }
  })
  return { exports, next: LastEvaluatedKey === undefined ? undefined : ids.at(-1) }
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
