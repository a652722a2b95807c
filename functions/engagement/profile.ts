import type { Standing } from '../consent/decide.ts'
import type { Policy } from '../consent/policy.ts'
import type { Engagement } from './engagement.ts'
import { profilingSince, restsOn } from './profiling-since.ts'

/** One followed link and what it is worth today: the points are `weight` halved every `halfLifeDays` (TRACK-13). */
export type Input = Pick<Engagement, 'campaignId' | 'link' | 'at' | 'interests'> & {
  weight: number
  ageDays: number
  points: number
}
export type Profile = {
  /** The sum of the points of all inputs. */
  score: number
  /** By interest, the sum of the points of the inputs that tell of it; the strongest first. */
  interests: readonly { interest: string; points: number }[]
  inputs: readonly Input[]
}

const dayMs = 86_400_000
/** Hundredths throughout, so that what is shown adds up. */
const hundredths = (value: number): number => Math.round(value * 100) / 100
const sumOf = (inputs: readonly Input[]): number =>
  hundredths(inputs.reduce((sum, { points }) => sum + points, 0))

/**
 * What is inferred of a person: worked out when it is asked for and stored nowhere, so that a no has nothing
 * to freeze or delete but the inputs (TRACK-11).
 * @returns undefined where nobody may be profiled, or not now.
 */
export function profileOf(
  policy: Policy,
  { standing, followed }: { standing: Standing; followed: readonly Engagement[] },
  now: Date,
): Profile | undefined {
  const profiling = profilingSince(policy, standing, now)
  if (profiling.kind !== 'since') return undefined
  const inputs = followed
    .filter(({ at }) => restsOn(profiling, at))
    .map((engagement) => inputOf(policy, engagement, now))
    .filter(({ interests }) => interests.length > 0)
  const ids = new Set(inputs.flatMap(({ interests }) => interests))
  const interests = [...ids]
    .map((interest) => ({
      interest,
      points: sumOf(inputs.filter((input) => input.interests.includes(interest))),
    }))
    .toSorted((a, b) => b.points - a.points || (a.interest < b.interest ? -1 : 1))
  return { score: sumOf(inputs), interests, inputs }
}

/** An interest that the policy no longer declares tells nothing any more. */
function inputOf(
  { profile }: Policy,
  { campaignId, link, at, interests }: Engagement,
  now: Date,
): Input {
  const age = Math.max(0, now.getTime() - Date.parse(at)) / dayMs
  const weight = profile.points.click
  return {
    campaignId,
    link,
    at,
    interests: interests.filter((id) => Object.hasOwn(profile.interests, id)),
    weight,
    ageDays: Math.floor(age),
    points: hundredths(weight * 0.5 ** (age / profile.halfLifeDays)),
  }
}
