import { readCheck } from '../../engagement/register-check.ts'
import type { PersonTables } from '../../platform/table.ts'
import { type CopySection, columns, type Row, rowOf } from './copy-section.ts'

/** What was found of their number in Reservasjonsregisteret, while that is known (CALL-02). */
export function registerCheckSection(
  tables: Pick<PersonTables, 'db' | 'main'>,
  contactId: string,
  now: Date,
): CopySection {
  return {
    id: 'register-check',
    art20: false,
    columns: [
      ...columns('text', 'source'),
      ...columns('word', 'reserved'),
      ...columns('time', 'at'),
      ...columns('machine', 'of'),
    ],
    rows: rowsOf(tables, contactId, now),
  }
}

async function* rowsOf(
  tables: Pick<PersonTables, 'db' | 'main'>,
  contactId: string,
  now: Date,
): AsyncGenerator<Row> {
  const check = await readCheck(tables, contactId, now)
  if (check !== undefined) yield rowOf(check)
}
