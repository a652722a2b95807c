import type { LedgerEntry } from '../consent/ledger.ts'
import { change } from '../contact/change.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { type RightsRequest, readOwnRequests, readRequest } from '../contact/request-record.ts'
import { orderedId } from '../platform/id.ts'

/**
 * Ends a restriction for the company, only after its person was told (RIGHT-10, GDPR art. 18(3)); the
 * choices then hold as they stand. One that was asked for since the telling is another: it stays.
 */
export async function liftRestriction(
  store: ContactStore,
  requestId: string,
  now: Date,
): Promise<'lifted' | 'over'> {
  const { tables, policy } = store
  const told = await readRequest(tables, requestId, now)
  const contactId = told?.contactId
  if (told?.liftToldAt === undefined || contactId === undefined) return 'over'
  const entry: LedgerEntry = {
    kind: 'lift-restriction',
    at: now,
    ledgerId: orderedId(now),
    noticeVersion: policy.notice.version,
    changes: [],
    evidence: { actor: 'staff', method: 'staff', requestId },
  }
  const outcome = await change(store, contactId, async (contact) => {
    if (contact.erasing || !contact.restricted) return undefined
    // Read with the contact: a request that is entered meanwhile moves the contact on, too.
    const all = await readOwnRequests(tables, contactId, now)
    if (all.some((each) => isAnother(each, told))) return undefined
    return { at: now, restricted: false, entries: [entry] }
  })
  return outcome.kind === 'changed' ? 'lifted' : 'over'
}

const isAnother = (
  { id, kind, detail, outcome, closedAt = '' }: RightsRequest,
  told: RightsRequest,
) =>
  id !== told.id &&
  kind === 'restriction' &&
  detail !== 'lift' &&
  outcome === 'carried-out' &&
  closedAt > (told.closedAt ?? '')
