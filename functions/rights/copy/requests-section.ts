import { addressChangeSk, readAddressChange } from '../../contact/address-change.ts'
import { contactItemKey, type OpenContact } from '../../contact/contact.ts'
import type { ContactStore } from '../../contact/contacts.ts'
import { readOwnRequest } from '../../contact/request-record.ts'
import { readSaid } from '../../contact/request-words.ts'
import { isUsedLink } from '../../contact/used-link.ts'
import { readPartition } from '../../platform/table.ts'
import { type CopySection, columns, type Row, rowOf } from './copy-section.ts'

/** Rights the person has used, or somebody for them. Which colleague saw a proof is not theirs. */
export function requestsSection(store: ContactStore, contact: OpenContact, now: Date): CopySection {
  return {
    id: 'requests',
    art20: false,
    columns: [
      ...columns('word', 'kind', 'detail', 'status', 'outcome', 'ground', 'came'),
      ...columns('time', 'receivedAt', 'dueAt', 'extendedAt', 'liftToldAt', 'closedAt'),
      ...columns('text', 'newAddress', 'entered', 'extend', 'refuse', 'complete', 'lift'),
      ...columns('id', 'id'),
      ...columns('machine', 'proof', 'provedAt', 'letters'),
    ],
    rows: rowsOf(store, contact, now),
  }
}

/**
 * Walks everything under the contact, so that nothing is forgotten in silence.
 * @throws when something lies there that no copy has a place for yet: better late than not whole.
 */
async function* rowsOf(store: ContactStore, contact: OpenContact, now: Date): AsyncGenerator<Row> {
  const { tables } = store
  const { contactId } = contact
  const wish = await readAddressChange(tables, contact, now)
  const { pk, sk: contactSk } = contactItemKey(contactId)
  for await (const { sk } of readPartition(tables.db, tables.main, pk)) {
    // A wish for another address is told with the request that it belongs to; links, by themselves.
    if (sk === contactSk || sk === addressChangeSk || isUsedLink(String(sk))) continue
    const [, id] = /^R#(.+)$/.exec(String(sk)) ?? []
    if (id === undefined) throw new Error('something is held that the copy has no place for')
    const request = await readOwnRequest(tables, contactId, { id, now })
    if (request === undefined) continue
    const { proof, contactId: _, said: _sealed, letters = {}, ...rest } = request
    const newAddress = wish?.requestId === id ? wish.email : undefined
    const said = await readSaid(store, request)
    yield rowOf({
      ...rest,
      ...said,
      newAddress,
      proof: proof?.by,
      provedAt: proof?.at,
      letters: Object.entries(letters).map(([name, { outcome, at }]) => `${name} ${outcome} ${at}`),
    })
  }
}
