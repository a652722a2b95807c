import { contactItemKey, parseContact } from '../../functions/contact/contact.ts'
import { parseAddressRecord } from '../../functions/contact/suppression.ts'
import type { Inspect } from './inspect.ts'
import { type Finding, findingsOf } from './invariants.ts'
import { suppressionFindings } from './objections.ts'
import { parsed } from './parsed.ts'
import type { Person } from './person.ts'

/** Invariant 5, from the contact's side: its address leads to it and to nobody else. */
export function addressFindings({ contact, opened, address, addresses }: Person): Finding[] {
  const { contactId, addressKey } = contact
  const isForeign = (owner: string | undefined) => owner !== undefined && owner !== contactId
  return findingsOf(5, `C#${contactId}`, {
    'contact whose address leads nowhere': address?.contactId === undefined,
    'contact whose address leads to another': isForeign(address?.contactId),
    'contact under the hash of another address':
      opened !== undefined && !addresses.some((each) => each.addressKey === addressKey),
    'address with two contacts': addresses.some(
      (each) => each.addressKey !== addressKey && isForeign(each.contactId),
    ),
  })
}

/** From the address's side; and invariant 6 for what suppresses it. */
export const inspectAddress: Inspect = async (audit, item) => {
  const { store, reader } = audit
  const addressKey = String(item.pk)
  const record = parsed(() => parseAddressRecord(addressKey, item))
  if (record === undefined) return findingsOf(5, addressKey, { 'unreadable address': true })
  const { contactId, suppressions } = record
  const suppressed = await suppressionFindings(audit, record)
  if (contactId === undefined) return suppressed
  const [found] = await reader.items([{ table: store.tables.main, key: contactItemKey(contactId) }])
  const contact = found && parsed(() => parseContact(found))
  return [
    ...suppressed,
    ...findingsOf(5, addressKey, {
      'address of a contact that is gone': found === undefined,
      'address of a contact that has another':
        contact !== undefined && contact.addressKey !== addressKey,
      'erased address with a contact':
        suppressions.erasure !== undefined &&
        contact !== undefined &&
        contact.erasing === undefined,
    }),
  ]
}
