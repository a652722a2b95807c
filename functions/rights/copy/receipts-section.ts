import { consentReceipt } from '../../consent/receipt.ts'
import { signReceipt } from '../../consent/receipt-signature.ts'
import type { ContactStore } from '../../contact/contacts.ts'
import { readEntries } from '../entries.ts'
import { type CopySection, columns, type Row } from './copy-section.ts'

/** The history once more, each act as a signed record that others can check (REC-02). */
export function receiptsSection(
  store: ContactStore,
  contactId: string,
  origin: string,
): CopySection {
  return {
    id: 'receipts',
    art20: false,
    columns: columns('machine', 'ledgerId', 'jws'),
    rows: rowsOf(store, contactId, origin),
  }
}

async function* rowsOf(
  { tables, policy, keys }: ContactStore,
  contactId: string,
  origin: string,
): AsyncGenerator<Row> {
  for await (const { entry, asked } of readEntries(tables, contactId)) {
    const receipt = consentReceipt(policy, { contactId, entry, asked, origin })
    yield { ledgerId: entry.ledgerId, jws: await signReceipt(await keys('receipt'), receipt) }
  }
}
