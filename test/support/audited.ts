import { DeleteItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { ContactStore } from '../../functions/contact/contacts.ts'
import type { Files } from '../../functions/platform/files.ts'
import { readTogether, toItem } from '../../functions/platform/table.ts'
import { auditData } from '../../infra/audit/audit.ts'
import { scanTable } from '../../infra/audit/reader.ts'
import type { Report } from '../../infra/audit/tally.ts'

export type AuditedTable = 'main' | 'ledger' | 'keys'
type Key = Record<string, string>

/** The audit of a test's tables, without the pause that a busy installation needs. */
export function audited(
  store: ContactStore,
  {
    files,
    journal,
    settleMs = 0,
    now,
  }: { files?: Files; journal?: Files; settleMs?: number; now?: Date } = {},
): Promise<Report> {
  return auditData({ store, files, journal }, { clock: () => now ?? new Date(), settleMs })
}

/** All that is broken, as `2: another state than its history: C#… newsletter`. */
export function brokenOf({ invariants }: Report): string[] {
  return invariants.flatMap(({ examples }) =>
    examples.map(({ invariant, kind, id }) => `${invariant}: ${kind}: ${id}`),
  )
}

/** Writes past all rules, straight into the tables, as no function of the product would. */
export function vandal({ tables }: ContactStore) {
  const { db } = tables
  return {
    /** Leaves the tables as they were at first. */
    clear: async () => {
      for (const table of ['main', 'ledger', 'keys'] as const) {
        for await (const { pk, sk } of scanTable(db, tables[table])) {
          const Key = toItem({ pk, ...(sk === undefined ? {} : { sk }) })
          await db.send(new DeleteItemCommand({ TableName: tables[table], Key }))
        }
      }
    },
    read: async (table: AuditedTable, key: Key) => {
      const [item] = await readTogether(db, [{ table: tables[table], key }])
      if (item === undefined) throw new Error('nothing there to spoil')
      return item
    },
    put: (table: AuditedTable, item: Record<string, unknown>) =>
      db.send(new PutItemCommand({ TableName: tables[table], Item: toItem(item) })),
    remove: (table: AuditedTable, key: Key) =>
      db.send(new DeleteItemCommand({ TableName: tables[table], Key: toItem(key) })),
    set: (table: AuditedTable, key: Key, attribute: string, value: unknown) =>
      db.send(
        new UpdateItemCommand({
          TableName: tables[table],
          Key: toItem(key),
          UpdateExpression: 'SET #a = :v',
          ExpressionAttributeNames: { '#a': attribute },
          ExpressionAttributeValues: toItem({ ':v': value }),
        }),
      ),
    unset: (table: AuditedTable, key: Key, attribute: string) =>
      db.send(
        new UpdateItemCommand({
          TableName: tables[table],
          Key: toItem(key),
          UpdateExpression: 'REMOVE #a',
          ExpressionAttributeNames: { '#a': attribute },
        }),
      ),
  }
}
