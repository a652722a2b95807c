import type { OpenContact } from '../../contact/contact.ts'
import type { ContactStore } from '../../contact/contacts.ts'
import type { AddressRecord } from '../../contact/suppression.ts'
import type { CopySection } from './copy-section.ts'
import { historySection } from './history-section.ts'
import { engagementsSection, interestsSection } from './interests-sections.ts'
import { lastOpenSection } from './last-open-section.ts'
import { lettersSection } from './letters-section.ts'
import { messagesSection } from './messages-section.ts'
import { receiptsSection } from './receipts-section.ts'
import { type DisclosuresOf, recipientsSection } from './recipients-section.ts'
import { registerCheckSection } from './register-check-section.ts'
import { requestsSection } from './requests-section.ts'
import { signUpsSection } from './sign-ups-section.ts'
import { choicesSection, profileSection, suppressionsSection } from './standing-sections.ts'
import { stopsSection } from './stops-section.ts'
import { usedLinksSection } from './used-links-section.ts'

/** Everything of RIGHT-06 that is held about one person, each kind of it read when its turn comes. */
export function copySections(
  store: ContactStore,
  held: { contact: OpenContact; address: AddressRecord },
  { origin, disclosuresOf, now }: { origin: string; disclosuresOf: DisclosuresOf; now: Date },
): CopySection[] {
  const { policy, tables } = store
  const { contact } = held
  return [
    profileSection(held),
    choicesSection(policy, held, now),
    suppressionsSection(held),
    signUpsSection(store, contact.addressKey, now),
    historySection(store, contact),
    requestsSection(store, contact, now),
    lettersSection(tables, contact.addressKey),
    usedLinksSection(tables, contact.contactId),
    messagesSection(tables, contact.contactId, now),
    stopsSection(tables, contact.contactId),
    lastOpenSection(tables, contact.contactId, now),
    interestsSection(store, held, now),
    engagementsSection(store, held, now),
    registerCheckSection(tables, contact.contactId, now),
    recipientsSection({ policy, disclosuresOf }, contact, now),
    receiptsSection(store, contact.contactId, origin),
  ]
}
