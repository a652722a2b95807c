import { DeleteItemCommand } from '@aws-sdk/client-dynamodb'
import { addressMarkDelete, readAddressChange } from '../contact/address-change.ts'
import type { OpenContact } from '../contact/contact.ts'
import type { ContactStore } from '../contact/contacts.ts'

/** The mark by which a link finds a wish for another address; the wish itself lies with the contact. */
export async function dropAddressChange(
  { tables }: ContactStore,
  contact: OpenContact,
  now: Date,
): Promise<void> {
  const wish = await readAddressChange(tables, contact, now)
  if (wish === undefined) return
  await tables.db.send(new DeleteItemCommand(addressMarkDelete(tables, wish.changeId).Delete))
}
