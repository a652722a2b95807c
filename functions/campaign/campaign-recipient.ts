import type { Recipient } from '../consent/decide.ts'
import type { OpenContact } from '../contact/contact.ts'
import { Addressee } from '../platform/mailer.ts'

/**
 * Whom a campaign may go to: an address read from the vault for this very mail, of someone for whom
 * `decide` has just said yes. Not exported, so that nothing else makes one (style rule 6).
 */
class Permitted extends Addressee {
  readonly #permitted = true
  get permitted(): boolean {
    return this.#permitted
  }
  static from({ identity }: OpenContact): Permitted {
    return new Permitted(identity.email)
  }
}
export type CampaignRecipient = Permitted

export function addressed(contact: OpenContact, { contactId }: Recipient): CampaignRecipient {
  if (contactId !== contact.contactId) throw new TypeError('permission was given for someone else')
  return Permitted.from(contact)
}
