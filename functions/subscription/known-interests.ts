import type { Standing } from '../consent/decide.ts'
import type { Policy } from '../consent/policy.ts'
import { readEngagements } from '../engagement/engagement.ts'
import { profileOf } from '../engagement/profile.ts'
import { profilingSince } from '../engagement/profiling-since.ts'
import type { Tables } from '../platform/table.ts'

/** What is taken to interest somebody, and why, as their page shows it (TRACK-13). */
export type KnownInterests = {
  /** What a followed link counts when it is new, and after how many days half of it. */
  weight: number
  halfLifeDays: number
  /** The strongest first, each with how many links tell of it, and when the last was followed. */
  each: { name: Readonly<Record<string, string>>; points: number; links: number; lastAt: string }[]
}

/**
 * Read only where somebody may be profiled at this moment; link by link it is in their copy.
 * @returns undefined where nothing may be inferred, or nothing is.
 */
export async function knownInterests(
  { tables, policy }: { tables: Pick<Tables, 'db' | 'main'>; policy: Policy },
  standing: Standing,
  now: Date,
): Promise<KnownInterests | undefined> {
  if (profilingSince(policy, standing, now).kind !== 'since') return undefined
  const followed = await readEngagements(tables, { contactId: standing.contactId }, now)
  const { interests = [], inputs = [] } = profileOf(policy, { standing, followed }, now) ?? {}
  const each = interests.flatMap(({ interest, points }) => {
    const declared = policy.profile.interests[interest]
    const times = inputs
      .filter((input) => input.interests.includes(interest))
      .map(({ at }) => at)
      .toSorted()
    const lastAt = times.at(-1)
    if (declared === undefined || lastAt === undefined) return []
    return [{ name: declared.name, points, links: times.length, lastAt }]
  })
  if (each.length === 0) return undefined
  return { weight: policy.profile.points.click, halfLifeDays: policy.profile.halfLifeDays, each }
}
