import { change } from '../contact/change.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { refuseEverything } from './refuse-everything.ts'
import { type RightsRequest, received } from './request.ts'

/**
 * The objection to all direct marketing (GDPR art. 21(2)-(3)) as a request: it needs no reason, is
 * done in the same transaction that registers it, and is never weighed. Whoever is being erased has
 * objected to everything already; an item written now could outlive them (RIGHT-11).
 */
export async function object(
  store: ContactStore,
  contactId: string,
  now: Date,
): Promise<RightsRequest | undefined> {
  const request = received('objection', 'done', now)
  const outcome = await change(store, contactId, (contact) =>
    contact.erasing
      ? undefined
      : refuseEverything(store, contactId, { kind: 'objection', request, now }),
  )
  return outcome.kind === 'no-contact' ? undefined : request
}
