import type { LedgerEntry } from '../consent/ledger.ts'
import { allMarketing, type Policy } from '../consent/policy.ts'
import { change } from '../contact/change.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { readHistory } from '../contact/history.ts'
import type { Plan } from '../contact/plan.ts'
import type { AddressRecord } from '../contact/suppression.ts'
import { orderedId } from '../platform/id.ts'
import { type Suppressed, suppressMailbox } from './suppress-mailbox.ts'

export type Complaint = {
  at: Date
  now: Date
  /** SES has not sent this mail, because of a complaint that it remembers; of when, it does not say. */
  remembered: boolean
  campaign?: string | undefined
}

/**
 * Who presses "spam" has objected to all direct marketing (SEND-04): every choice, every membership,
 * the history, the feed and the address, in one transaction. Letters go on leaving (UNSUB-18).
 * @returns undefined when there is no such contact: never ours, or erased, and nothing brings it back.
 */
export async function complaintOf(
  store: ContactStore,
  contactId: string,
  complaint: Complaint,
): Promise<Suppressed | undefined> {
  const ledgerId = orderedId(complaint.now)
  const outcome = await change(store, contactId, async (_, address) =>
    planOf(store.policy, complaint, {
      ledgerId,
      address,
      history: await readHistory(store, contactId),
    }),
  )
  if (outcome.kind === 'no-contact') return undefined
  return outcome.kind === 'changed' ? 'suppressed' : 'stood'
}

/** The same of the mailbox, whoever has it by now; also of one that nobody has confirmed yet. */
export function complaintFor(
  store: ContactStore,
  email: string,
  complaint: Complaint,
): Promise<Suppressed> {
  return suppressMailbox(store, email, {
    kind: 'complaint',
    at: complaint.at,
    ofContact: (contactId) => complaintOf(store, contactId, complaint),
  })
}

type Known = { ledgerId: string; address: AddressRecord; history: readonly LedgerEntry[] }

function planOf(
  policy: Policy,
  { at, now, remembered, campaign }: Complaint,
  { ledgerId, address, history }: Known,
): Plan | undefined {
  if (remembered && history.some((entry) => isComplaint(entry) && hasComeBack(history, entry.at))) {
    return undefined
  }
  const { complaint } = address.suppressions
  const stands = complaint !== undefined && complaint >= at
  return {
    at: now,
    entries: [
      {
        kind: 'complaint',
        at,
        ledgerId,
        noticeVersion: policy.notice.version,
        changes: allMarketing(policy).map((purpose) => ({ purpose, state: 'objected' })),
        evidence: {
          actor: 'mailbox-provider',
          method: 'mail-event',
          ...(campaign === undefined ? {} : { campaign }),
        },
      },
    ],
    ...(stands || hasComeBack(history, at) ? {} : { suppress: { kind: 'complaint', at } }),
  }
}

/** Also one from before the contact was there, which went on as a choice when it came. */
const isComplaint = ({ kind, evidence }: LedgerEntry): boolean =>
  kind === 'complaint' || evidence.method === 'carried-over'

/**
 * A complaint that arrives late is answered as if it had come in time: whoever has asked for mail since,
 * by a form sent after it or from their own session, has taken it back (CONS-16).
 */
function hasComeBack(history: readonly LedgerEntry[], since: Date): boolean {
  return history.some(({ kind, at, evidence: { actor, requestedAt } }) => {
    if (actor !== 'person') return false
    if (kind === 'turn-on') return at > since
    return kind === 'confirm' && requestedAt !== undefined && new Date(requestedAt) > since
  })
}
