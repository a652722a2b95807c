import { readStops } from '../../campaign/stops.ts'
import type { PersonTables } from '../../platform/table.ts'
import { type CopySection, columns, type Row, rowOf } from './copy-section.ts'

/** Through which mailings they stopped, so that each counts them once. */
export function stopsSection(
  tables: Pick<PersonTables, 'db' | 'main'>,
  contactId: string,
): CopySection {
  return {
    id: 'stops',
    art20: false,
    columns: [
      ...columns('text', 'campaignId'),
      ...columns('word', 'counted'),
      ...columns('time', 'forgottenAt'),
    ],
    rows: rowsOf(tables, contactId),
  }
}

async function* rowsOf(
  tables: Pick<PersonTables, 'db' | 'main'>,
  contactId: string,
): AsyncGenerator<Row> {
  for await (const stop of readStops(tables, contactId)) yield rowOf(stop)
}
