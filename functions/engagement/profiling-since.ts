import { decide, passing, type Standing } from '../consent/decide.ts'
import type { Policy } from '../consent/policy.ts'

/** A profile is made of followed links, so both have to be allowed: the one to be recorded, the other to be used. */
const purposes = ['profiling', 'click-tracking'] as const

export type Profiling =
  /** What was followed from this moment on may be used: before, another yes or none at all stood. */
  | { kind: 'since'; at: Date }
  /** Nothing new, and nothing is used; what is there stays until the pause or restriction is over (RIGHT-10). */
  | { kind: 'kept' }
  /** Nothing may be there any more (TRACK-11, SUPP-08). */
  | { kind: 'ended' }

/** Whether somebody may be profiled by what they follow, at this moment. */
export function profilingSince(policy: Policy, standing: Standing, now: Date): Profiling {
  const decisions = purposes.map((purpose) => decide(policy, standing, purpose, now))
  const noes = decisions.flatMap((each) => (each.may ? [] : [each.because]))
  if (noes.length > 0) return { kind: noes.every((no) => passing.has(no)) ? 'kept' : 'ended' }
  const given = decisions.flatMap((each) => (each.may ? [Date.parse(each.because.at)] : []))
  return { kind: 'since', at: new Date(Math.max(...given)) }
}

/** Whether it was followed while what stands now stood already. */
export const restsOn = (profiling: Profiling, at: string): boolean =>
  profiling.kind === 'since' && Date.parse(at) >= profiling.at.getTime()
