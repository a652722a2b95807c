import { contactPk, type LedgerEntry, parseEntry } from '../consent/ledger.ts'
import { readPartition, type Tables } from '../platform/table.ts'

/** All that is written of one contact, oldest first. */
export async function readHistory(
  { tables }: { tables: Pick<Tables, 'db' | 'ledger'> },
  contactId: string,
): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = []
  for await (const item of readPartition(tables.db, tables.ledger, contactPk(contactId))) {
    entries.push(parseEntry(item))
  }
  return entries
}
