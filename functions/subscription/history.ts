import { contactPk, type LedgerEntry, parseEntry } from '../consent/ledger.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { readPartition } from '../platform/table.ts'

/** All that is written of one contact, oldest first. */
export async function readHistory(
  { tables }: ContactStore,
  contactId: string,
): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = []
  for await (const item of readPartition(tables.db, tables.ledger, contactPk(contactId))) {
    entries.push(parseEntry(item))
  }
  return entries
}
