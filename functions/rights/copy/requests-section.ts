import { contactItemKey } from '../../contact/contact.ts'
import { readOwnRequest } from '../../contact/request-record.ts'
import { readPartition, type Tables } from '../../platform/table.ts'
import { type CopySection, columns, type Row, rowOf } from './copy-section.ts'

/** Rights the person has used, or somebody for them. Which colleague saw a proof is not theirs. */
export function requestsSection(
  { tables }: { tables: Tables },
  contactId: string,
  now: Date,
): CopySection {
  return {
    id: 'requests',
    art20: false,
    columns: [
      ...columns('word', 'kind', 'detail', 'status', 'outcome', 'ground', 'came'),
      ...columns('time', 'receivedAt', 'dueAt', 'extendedAt', 'liftToldAt', 'closedAt'),
      ...columns('id', 'id'),
      ...columns('machine', 'proof', 'provedAt'),
    ],
    rows: rowsOf(tables, contactId, now),
  }
}

/**
 * Walks everything under the contact, so that nothing is forgotten in silence.
 * @throws when something lies there that no copy has a place for yet: better late than not whole.
 */
async function* rowsOf(tables: Tables, contactId: string, now: Date): AsyncGenerator<Row> {
  const { pk, sk: contactSk } = contactItemKey(contactId)
  for await (const { sk } of readPartition(tables.db, tables.main, pk)) {
    if (sk === contactSk) continue
    const [, id] = /^R#(.+)$/.exec(String(sk)) ?? []
    if (id === undefined) throw new Error('something is held that the copy has no place for')
    const request = await readOwnRequest(tables, contactId, { id, now })
    if (request === undefined) continue
    const { proof, contactId: _, ...rest } = request
    yield rowOf({ ...rest, proof: proof?.by, provedAt: proof?.at })
  }
}
