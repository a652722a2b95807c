import { monthsAfter } from '../platform/calendar-month.ts'
import { type Choice, lastSaidAt } from './choices.ts'
import { type Decision, decide, type Standing } from './decide.ts'
import { declarationOf, type Policy } from './policy.ts'

/**
 * CONS-10: whoever said no is not asked the same again before the cool-down is over; whoever objected
 * is never asked at all (CONS-16).
 */
export function isCoolingDown(policy: Policy, choice: Choice | undefined, now: Date): boolean {
  if (choice === undefined) return false
  if (choice.state === 'objected') return true
  if (choice.state !== 'refused' && choice.state !== 'withdrawn') return false
  return now < monthsAfter(lastSaidAt(choice), policy.consent.reaskMonths)
}

/**
 * CONS-08: is the person to be asked anew, because what they agreed to has changed since? A yes to an
 * older text carries nothing; a no to the question holds, and is not met with it again before a later
 * change of the text and the end of the cool-down (CONS-10). Whoever turned it off is never asked.
 */
export function isAskedAnew(
  policy: Policy,
  { standing, purpose, now }: { standing: Standing; purpose: string; now: Date },
): boolean {
  const choice = standing.choices[purpose]
  if (choice === undefined || isClosed(decide(policy, standing, purpose, now))) return false
  if (choice.noticeVersion >= (declarationOf(policy, purpose)?.consentSince ?? 1)) return false
  if (choice.state === 'given' || choice.state === 'paused') return true
  return choice.state === 'refused' && !isCoolingDown(policy, choice, now)
}

/** A yes would change nothing, or the person has said that they want nothing. */
function isClosed(decision: Decision): boolean {
  return decision.may || !['earlier-notice', 'refused', 'paused'].includes(decision.because)
}
