import { auditPut, type LedgerEntry } from '../consent/ledger.ts'
import { allMarketing } from '../consent/policy.ts'
import { change } from '../contact/change.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { orderedId } from '../platform/id.ts'

/** What somebody said on the telephone that they want no more of. */
export const unwanted = ['calls', 'everything'] as const
export type Unwanted = (typeof unwanted)[number]

/**
 * "Do not call me", "do not contact me at all", as whoever called writes it down (CALL-03): one act, in force with
 * the transaction that stores it. It ranks as the person's own objection, which it is; only they take it back.
 * @returns false when there is no such contact, or no longer.
 */
export async function doNotContact(
  store: ContactStore,
  contactId: string,
  { stop, staff, now }: { stop: Unwanted; staff: string; now: Date },
): Promise<boolean> {
  const { policy, tables } = store
  const purposes = stop === 'calls' ? ['calls'] : allMarketing(policy)
  const entry: LedgerEntry = {
    kind: 'do-not-contact',
    at: now,
    ledgerId: orderedId(now),
    noticeVersion: policy.notice.version,
    changes: purposes.map((purpose) => ({ purpose, state: 'objected' })),
    evidence: { actor: 'staff', method: 'staff' },
  }
  const audit = auditPut(tables, {
    at: now,
    staff,
    action: 'do-not-contact',
    subject: contactId,
    details: { stop },
  })
  const outcome = await change(store, contactId, (contact) =>
    contact.erasing
      ? undefined
      : {
          at: now,
          entries: [entry],
          ...(stop === 'calls' ? {} : { suppress: { kind: 'do-not-contact', at: now } as const }),
          also: [{ Put: audit }],
        },
  )
  return outcome.kind !== 'no-contact'
}
