import type { ActKind, Change } from '../consent/choices.ts'
import type { Evidence, LedgerEntry } from '../consent/ledger.ts'
import { allMarketing, directMarketing, type Policy } from '../consent/policy.ts'
import { orderedId } from '../platform/id.ts'

/** What a person can say of a choice on a page or through a link. */
export const wishes = ['given', 'refused', 'withdrawn', 'objected'] as const
export type Wish = (typeof wishes)[number]

const kinds: Record<Wish, ActKind> = {
  given: 'turn-on',
  refused: 'refuse',
  withdrawn: 'withdraw',
  objected: 'object',
}

/** The changes of a wish. */
export function changesOf(policy: Policy, purpose: string, wish: Wish): Change[] {
  if (wish === 'given') return [{ purpose, state: 'given', basis: 'consent' }]
  const purposes = purpose === directMarketing ? allMarketing(policy) : [purpose]
  return purposes.map((each) => ({ purpose: each, state: wish }))
}

/** One ledger entry for one kind of wish. */
export function entryOf(
  policy: Policy,
  {
    wish,
    kind,
    changes,
    now,
    evidence,
  }: {
    wish: Wish
    kind?: ActKind
    changes: readonly Change[]
    now: Date
    evidence: Evidence
  },
): LedgerEntry {
  return {
    kind: kind ?? kinds[wish],
    at: now,
    ledgerId: orderedId(now),
    noticeVersion: policy.notice.version,
    changes,
    evidence,
  }
}
