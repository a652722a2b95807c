import { change } from '../contact/change.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { type Suppressed, suppressMailbox } from './suppress-mailbox.ts'

/**
 * A mailbox that does not exist is mailed by nobody any more, not even a letter (SEND-04). This is no
 * word of the person: their choices stay as they are, and no bounce lifts or makes an objection.
 */
export async function bounceFor(
  store: ContactStore,
  email: string,
  { at, now }: { at: Date; now: Date },
): Promise<Suppressed> {
  return suppressMailbox(store, email, {
    kind: 'bounce',
    at,
    ofContact: async (contactId, addressKey) => {
      const outcome = await change(store, contactId, (contact, { suppressions: { bounce } }) => {
        if (contact.addressKey !== addressKey || (bounce !== undefined && bounce >= at)) {
          return undefined
        }
        return { at: now, entries: [], suppress: { kind: 'bounce', at } }
      })
      return outcome.kind === 'changed' ? 'suppressed' : undefined
    },
  })
}
