import type { PersonTables } from '../../platform/table.ts'
import { readLastOpen } from '../../tracking/last-open.ts'
import { type CopySection, columns, type Row, rowOf } from './copy-section.ts'

/** The day on which they last opened a mail, where the policy keeps that alone (TRACK-04). */
export function lastOpenSection(
  tables: Pick<PersonTables, 'db' | 'main'>,
  contactId: string,
  now: Date,
): CopySection {
  return {
    id: 'last-open',
    art20: false,
    columns: columns('text', 'day'),
    rows: rowsOf(tables, contactId, now),
  }
}

async function* rowsOf(
  tables: Pick<PersonTables, 'db' | 'main'>,
  contactId: string,
  now: Date,
): AsyncGenerator<Row> {
  const day = await readLastOpen(tables, contactId, now)
  if (day !== undefined) yield rowOf({ day })
}
