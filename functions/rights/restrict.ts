import type { LedgerEntry } from '../consent/ledger.ts'
import { change } from '../contact/change.ts'
import type { ContactStore } from '../contact/contacts.ts'
import type { RightsRequest } from '../contact/request-record.ts'
import { orderedId } from '../platform/id.ts'
import { enter } from './enter.ts'
import { requestEvidence } from './request-evidence.ts'

export type Restriction = {
  /** True to end one. */
  lift: boolean
  now: Date
  registered?: RightsRequest | undefined
}

/**
 * Restriction (RIGHT-10, GDPR art. 18): from the same transaction on, the person's data are kept and
 * nothing else; `decide` says no to everything, memberships are gone, and recipients are told. Lifted,
 * everything stands as the choices then say, those included that were turned down meanwhile.
 * @returns undefined when there is nobody to restrict any more.
 */
export async function restrict(
  store: ContactStore,
  contactId: string,
  { lift, now, registered }: Restriction,
): Promise<RightsRequest | undefined> {
  const detail = lift ? { detail: 'lift' as const } : {}
  const wanted = { kind: 'restriction', ...detail, status: 'done', contactId, now } as const
  const entered = enter(store, { ...wanted, registered })
  if (entered === undefined) return undefined
  const { request, writes } = entered
  const entry: LedgerEntry = {
    kind: lift ? 'lift-restriction' : 'restrict',
    at: now,
    ledgerId: orderedId(now),
    noticeVersion: store.policy.notice.version,
    changes: [],
    evidence: requestEvidence(request),
  }
  const outcome = await change(store, contactId, (contact) =>
    contact.erasing
      ? undefined
      : {
          at: now,
          restricted: !lift,
          // Asked for twice it is one restriction; each request is answered.
          entries: contact.restricted === lift ? [entry] : [],
          also: writes,
        },
  )
  return outcome.kind === 'changed' ? request : undefined
}
