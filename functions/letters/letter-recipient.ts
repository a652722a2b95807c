import type { Recipient } from '../consent/decide.ts'
import type { AddressChange } from '../contact/address-change.ts'
import type { OpenContact } from '../contact/contact.ts'
import type { PendingLetter } from '../contact/pending-letter.ts'
import type { OpenSignUp } from '../contact/sign-up-record.ts'
import { Addressee } from '../platform/mailer.ts'

/**
 * Whom a letter may go to: an address that was read from the vault for this very letter, never one
 * that arrived with a message (SEC-14). Not exported, so that only the functions below make one.
 */
class FromVault extends Addressee {
  readonly #fromVault = true
  constructor({ email }: { email: string }, contactId?: string) {
    super(email, contactId)
  }
  get fromVault(): boolean {
    return this.#fromVault
  }
}
export type LetterRecipient = FromVault

export const signedUp = ({ identity }: OpenSignUp): LetterRecipient => new FromVault(identity)
export const known = ({ identity, contactId }: OpenContact): LetterRecipient =>
  new FromVault(identity, contactId)
/** For a mail that needs a yes of `decide`, the one just given. */
export const permitted = (contact: OpenContact, { contactId }: Recipient): LetterRecipient => {
  if (contactId !== contact.contactId) throw new TypeError('permission was given for someone else')
  return new FromVault(contact.identity, contactId)
}
export const kept = (letter: PendingLetter): LetterRecipient => new FromVault(letter)
/** To ask a mailbox whether it is really the new one of who says so; nothing else is sent there. */
export const wished = ({ email }: AddressChange): LetterRecipient => new FromVault({ email })
