import type { Act, Change } from '../../functions/consent/choices.ts'
import { directMarketing } from '../../functions/consent/policy.ts'

/**
 * The rules of choices, told a second time and otherwise: not step by step, but by looking at a whole
 * history at once. Of everything that was ever said about a purpose, one thing counts: what a person
 * said (or anyone who restricts) before what others enlarge in their name, then the latest, then the
 * most restrictive. Nothing here is shared with the code under test.
 */
export type Said = {
  mine: boolean
  at: number
  state: Change['state']
  until: number
  basis: Change['basis']
  noticeVersion: number
}

const strictness = ['given', 'paused', 'expired', 'refused', 'withdrawn', 'objected']
const strength = ['legitimate_interest', 'existing_customer', 'consent']
const isOn = (state: string): boolean => state === 'given' || state === 'paused'

function sayings(history: readonly Act[], purpose: string): Said[] {
  return history.flatMap((act) =>
    act.changes
      .filter((change) => change.purpose === purpose)
      .map((change) => ({
        mine: act.kind !== 'import' || !isOn(change.state),
        at: act.at.getTime(),
        state: change.state,
        until: change.until === undefined ? 0 : new Date(change.until).getTime(),
        basis: change.basis,
        noticeVersion: act.noticeVersion,
      })),
  )
}

/** Positive when `one` counts rather than `other`. */
function compare(one: Said, other: Said): number {
  return (
    Number(one.mine) - Number(other.mine) ||
    one.at - other.at ||
    strictness.indexOf(one.state) - strictness.indexOf(other.state) ||
    one.until - other.until ||
    strength.indexOf(other.basis ?? '') - strength.indexOf(one.basis ?? '') ||
    other.noticeVersion - one.noticeVersion
  )
}

/** What counts of all that was said about a purpose; undefined when nothing was. */
export function lastWord(history: readonly Act[], purpose: string): Said | undefined {
  return sayings(history, purpose).sort(compare).at(-1)
}

export type Rules = { basis: string; consentSince: number; validUntil: (at: number) => number }

/** May this person be reached for the purpose? By the history alone. */
export function mayBeReached(
  history: readonly Act[],
  purpose: string,
  { now, rules }: { now: Date; rules: Rules },
): boolean {
  const word = lastWord(history, purpose)
  if (word === undefined || !isOn(word.state)) return false
  if (word.state === 'paused' && (word.until === 0 || word.until > now.getTime())) return false
  if (word.basis !== 'consent' && word.basis !== rules.basis) return false
  if (word.noticeVersion < rules.consentSince) return false
  if (word.basis === 'consent' && rules.validUntil(word.at) <= now.getTime()) return false
  const stop = lastWord(history, directMarketing)
  return stop === undefined || isOn(stop.state) || compare(stop, word) < 0
}
