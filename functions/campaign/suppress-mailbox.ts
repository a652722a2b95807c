import * as v from 'valibot'
import { type AddressKey, addressKeys, addressSchema } from '../contact/address.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { suppressAddress } from '../contact/suppress-address.ts'
import { readAddress } from '../contact/suppression.ts'

export type Suppressed = 'suppressed' | 'stood' | 'no-address'
type Kind = 'bounce' | 'complaint'

const attempts = 6

/**
 * Suppresses the mailbox that a mail went to, whether anybody has it or not: through its contact when
 * there is one, so that memberships and history follow, else the address alone.
 * @param ofContact undefined when the contact has another address by now, or is gone: look again.
 */
export async function suppressMailbox(
  store: ContactStore,
  email: string,
  {
    kind,
    at,
    ofContact,
  }: {
    kind: Kind
    at: Date
    ofContact: (contactId: string, addressKey: AddressKey) => Promise<Suppressed | undefined>
  },
): Promise<Suppressed> {
  const address = v.safeParse(addressSchema, email)
  if (!address.success) return 'no-address'
  const keys = addressKeys(address.output, await store.keys('address'))
  for (let attempt = 0; attempt < attempts; attempt++) {
    const { addressKey, contactId, suppressions } = await readAddress(store.tables, keys)
    const stands = suppressions[kind]
    if (stands !== undefined && stands >= at) return 'stood'
    if (contactId === undefined) {
      const outcome = await suppressAddress(store.tables, addressKey, { kind, at })
      if (outcome.kind !== 'owned') return outcome.kind
    } else {
      const outcome = await ofContact(contactId, addressKey)
      if (outcome !== undefined) return outcome
    }
  }
  throw new Error('an address kept changing while it was being suppressed')
}
