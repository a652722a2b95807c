import { lastSaidAt } from '../consent/choices.ts'
import { directMarketing, purposeIds } from '../consent/policy.ts'
import type { Contact } from '../contact/contact.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { readHistory } from '../contact/history.ts'

/**
 * An old confirmation never lifts an objection that came after its sign-up (CONS-16): the history
 * knows of those that a later stop has covered, the contact of one that came this very moment.
 */
export async function objectedSince(
  store: ContactStore,
  contactId: string,
  requestedAt: Date,
): Promise<ReadonlySet<string>> {
  const history = await readHistory(store, contactId)
  const objected = history
    .filter(({ at }) => at >= requestedAt)
    .flatMap(({ changes }) => changes.filter(({ state }) => state === 'objected'))
    .map(({ purpose }) => purpose)
  return new Set(objected.includes(directMarketing) ? purposeIds(store.policy) : objected)
}

/** The same of what the contact itself holds. */
export function objects({ choices }: Contact, purpose: string, requestedAt: Date): boolean {
  return [purpose, directMarketing].some((id) => {
    const choice = choices[id]
    return choice?.state === 'objected' && lastSaidAt(choice) >= requestedAt
  })
}
