import { allMarketing } from '../consent/policy.ts'
import { change } from '../contact/change.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { orderedId } from '../platform/id.ts'
import { dueAt, type RightsRequest, requestPut } from './request.ts'

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
  const { tables, policy } = store
  const request: RightsRequest = {
    id: orderedId(now),
    kind: 'objection',
    status: 'done',
    receivedAt: now.toISOString(),
    dueAt: dueAt(now).toISOString(),
  }
  const outcome = await change(store, contactId, (contact) =>
    contact.erasing
      ? undefined
      : {
          at: now,
          entries: [
            {
              kind: 'object',
              at: now,
              ledgerId: orderedId(now),
              noticeVersion: policy.notice.version,
              changes: allMarketing(policy).map((purpose) => ({
                purpose,
                state: 'objected',
              })),
              evidence: { actor: 'person', method: 'preference-page', requestId: request.id },
            },
          ],
          suppress: { kind: 'objection', at: now },
          also: [requestPut(tables, contactId, request)],
        },
  )
  return outcome.kind === 'no-contact' ? undefined : request
}
