import type { AddressKey } from '../../contact/address.ts'
import { readMailbox } from '../../letters/mailbox.ts'
import type { PersonTables } from '../../platform/table.ts'
import { type CopySection, columns, type Row, rowOf } from './copy-section.ts'

/**
 * What is known of the letters we sent: of each kind that anybody can ask for, the last one and how
 * many in a row; and what was not taken for the time being. What they said is in no table; welcomes
 * follow from the history, notices from the requests.
 */
export function lettersSection(tables: PersonTables, addressKey: AddressKey): CopySection {
  return {
    id: 'letters',
    art20: false,
    columns: [
      ...columns('word', 'letter'),
      ...columns('time', 'at'),
      ...columns('text', 'letters'),
    ],
    rows: rowsOf(tables, addressKey),
  }
}

async function* rowsOf(tables: PersonTables, addressKey: AddressKey): AsyncGenerator<Row> {
  const mailbox = await readMailbox(tables, addressKey)
  for (const letter of ['confirm', 'manage'] as const) {
    const { at, letters } = mailbox[letter]
    if (at !== undefined) yield rowOf({ letter, at, letters })
  }
  const { at, count: letters } = mailbox.softBounces
  if (at !== undefined) yield rowOf({ letter: 'undelivered', at, letters })
}
