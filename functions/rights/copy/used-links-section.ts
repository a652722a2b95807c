import { readUsedLinks } from '../../contact/used-link.ts'
import type { PersonTables } from '../../platform/table.ts'
import { type CopySection, columns, type Row, rowOf } from './copy-section.ts'

/** Links to their choices that have been used: each opens them once (SEC-05). */
export function usedLinksSection(
  tables: Pick<PersonTables, 'db' | 'main'>,
  contactId: string,
): CopySection {
  return {
    id: 'used-links',
    art20: false,
    columns: [...columns('time', 'forgottenAt'), ...columns('machine', 'nonce')],
    rows: rowsOf(tables, contactId),
  }
}

async function* rowsOf(
  tables: Pick<PersonTables, 'db' | 'main'>,
  contactId: string,
): AsyncGenerator<Row> {
  for await (const link of readUsedLinks(tables, contactId)) yield rowOf(link)
}
