import * as v from 'valibot'
import type { Choices } from '../consent/choices.ts'
import { decide, type Standing } from '../consent/decide.ts'
import {
  declarationOf,
  directMarketing,
  isTopic,
  type Policy,
  purposeIds,
} from '../consent/policy.ts'
import { Problem } from '../platform/problem.ts'
import { type Wish, wishes } from './acts.ts'

/** The longest pause, in days: what lasts longer is better turned off, and asked for again. */
const longestPause = 90

const pause = v.strictObject({
  paused: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(longestPause)),
})
/** A topic that rests for some days and then comes again by itself. */
export type Pause = v.InferOutput<typeof pause>

export const preferencesPatch = v.strictObject({
  choices: v.optional(
    v.pipe(
      v.record(v.pipe(v.string(), v.maxLength(40)), v.union([v.picklist(wishes), pause])),
      // A name that could be mistaken for a property of every object is left out by the parser.
      v.minEntries(1),
      v.maxEntries(30),
    ),
  ),
  undo: v.optional(v.pipe(v.string(), v.maxLength(256))),
})
/** What a person wants of each choice that they name. */
export type Wishes = Readonly<Record<string, Wish | Pause>>

const isPause = (wished: Wish | Pause): wished is Pause => typeof wished === 'object'

/**
 * Refuses a wish that nobody could fulfil, before anything is written.
 * @throws {Problem} naming what is declared, or that turning on needs the mailbox (design §6).
 */
export function checkWishes(policy: Policy, via: 'session' | 'unsubscribe', wished: Wishes): void {
  for (const [purpose, wish] of Object.entries(wished)) {
    const declared = declarationOf(policy, purpose)
    if (declared === undefined && purpose !== directMarketing) {
      throw new Problem(400, 'unknown-purpose', { declared: purposeIds(policy) })
    }
    if (wish !== 'given' && !isPause(wish)) continue
    // A pause ends by itself, and then something is on: that, too, needs the mailbox.
    if (via === 'unsubscribe') throw new Problem(403, 'mailbox-needed')
    const askable = declared?.basis === 'consent' || declared?.basis === 'existing_customer'
    const fits = isPause(wish) ? isTopic(policy, purpose) : askable
    if (!fits) throw new Problem(409, 'not-available', { purpose })
  }
}

/** The named topics that can rest: what is off stays off, however long the wished pause. */
export function pausable(
  policy: Policy,
  { standing, wished, now }: { standing: Standing; wished: Wishes; now: Date },
): { purpose: string; days: number; choice: Choices[string] }[] {
  return Object.entries(wished).flatMap(([purpose, wish]) => {
    const choice = standing.choices[purpose]
    if (!isPause(wish) || choice === undefined) return []
    const decision = decide(policy, standing, purpose, now)
    const rests = !decision.may && decision.because === 'paused'
    return decision.may || rests ? [{ purpose, days: wish.paused, choice }] : []
  })
}
