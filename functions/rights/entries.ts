import { contactPk, type LedgerEntry, parseEntry } from '../consent/ledger.ts'
import { readPartition, type Tables } from '../platform/table.ts'

/** An entry of the history, and what the form behind it had asked for, if there was one. */
export type KnownEntry = { entry: LedgerEntry; asked: readonly string[] | undefined }

/** All that is written of one contact, oldest first, one after the other: it is never held whole. */
export async function* readEntries(
  { db, ledger }: Pick<Tables, 'db' | 'ledger'>,
  contactId: string,
): AsyncGenerator<KnownEntry> {
  const askedBy = new Map<string, readonly string[]>()
  for await (const item of readPartition(db, ledger, contactPk(contactId))) {
    const entry = parseEntry(item)
    const { asked, signUpId } = entry.evidence
    if (asked !== undefined && signUpId !== undefined) askedBy.set(signUpId, asked)
    yield { entry, asked: asked ?? askedBy.get(signUpId ?? '') }
  }
}
