import type { ContactStore } from '../contact/contacts.ts'
import type { CsvRecord } from './csv-records.ts'
import { type Imported, importPerson } from './import-person.ts'
import type { StoredImport } from './import-record.ts'
import { parseRow, type Row } from './import-row.ts'
import type { Noted } from './import-rows.ts'

/** What came of a stretch of rows. */
export type StretchResult = {
  counts: Readonly<Record<string, number>>
  noted: readonly Noted[]
  tell: readonly { contactId: string; ledgerId: string }[]
}

type Numbered = { row: number; parsed: Row }

/**
 * Works off some rows, side by side; those of one address one after another, so that they do not have to
 * wait for each other.
 */
export async function importStretch(
  store: ContactStore,
  stored: StoredImport,
  { records, now }: { records: readonly CsvRecord[]; now: Date },
): Promise<StretchResult> {
  const { declaration, header = [] } = stored.record
  const results: { row: number; outcome: string; why: readonly string[] }[] = []
  const tell: { contactId: string; ledgerId: string }[] = []
  const people = new Map<string, Numbered[]>()
  for (const { cells, place } of records) {
    const read = parseRow({ policy: store.policy, declaration, now }, header, cells)
    const { row } = place
    if (read.kind === 'bad') results.push({ row, outcome: 'invalid', why: [read.reason] })
    if (read.kind !== 'row') continue
    const { email } = read.row.identity
    people.set(email, [...(people.get(email) ?? []), { row, parsed: read.row }])
  }
  const note = (row: number, { outcome, leftOut, tell: person }: Imported) => {
    results.push({ row, outcome, why: leftOut })
    if (person !== undefined) tell.push(person)
  }
  const settled = await Promise.allSettled(
    [...people.values()].map(async (rows) => {
      for (const { row, parsed } of rows) {
        note(row, await importPerson(store, { stored, row, parsed, now }))
      }
    }),
  )
  // Only once all have come to rest: nothing may be written after this has failed.
  for (const each of settled) if (each.status === 'rejected') throw each.reason
  results.sort((one, other) => one.row - other.row)
  const counts = { ...stored.record.counts }
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1
  }
  for (const { outcome, why } of results) {
    count(`row:${outcome}`)
    for (const reason of why) count(`why:${reason}`)
  }
  const noted = results.flatMap(({ row, why }) => (why.length === 0 ? [] : [{ row, why }]))
  return { counts, noted, tell }
}
