import type { Standing } from '../consent/decide.ts'
import type { Policy } from '../consent/policy.ts'
import { isPastTtl, readPartition, type Tables } from '../platform/table.ts'
import { type Engagement, engagementPk, mostRead, parseEngagement } from './engagement.ts'
import { profileOf } from './profile.ts'
import { profilingSince } from './profiling-since.ts'

type Desk = { tables: Pick<Tables, 'db' | 'main'>; policy: Policy }

/**
 * What interests each of these people, in points by interest; of nobody who may not be profiled at this moment
 * (TRACK-11). It asks once for each shard in which any of the others lies, and not at all where none may.
 * @throws when not all could be read: then it is not known of any.
 */
export async function readInterests(
  { tables, policy }: Desk,
  standings: readonly Standing[],
  now: Date,
): Promise<Map<string, ReadonlyMap<string, number>>> {
  const allowed = standings.filter(
    (standing) => profilingSince(policy, standing, now).kind === 'since',
  )
  const shards = Map.groupBy(
    allowed.map(({ contactId }) => contactId),
    engagementPk,
  )
  const read = await Promise.all(
    [...shards].map(([pk, ids]) => readShard(tables, { pk, ids: ids.toSorted() }, now)),
  )
  const followed = Map.groupBy(read.flat(), ({ contactId }) => contactId)
  return new Map(
    allowed.map((standing) => {
      const own = (followed.get(standing.contactId) ?? []).slice(0, mostRead)
      const profile = profileOf(policy, { standing, followed: own }, now)
      const points = profile?.interests.map(({ interest, points }) => [interest, points] as const)
      return [standing.contactId, new Map(points)]
    }),
  )
}

type Shard = { pk: string; ids: readonly string[] }

/** About a page: over so much of what others followed it leaps, instead of reading on to the next of its own. */
const farApart = 2000

async function readShard(
  { db, main }: Desk['tables'],
  { pk, ids }: Shard,
  now: Date,
): Promise<Engagement[]> {
  const found: Engagement[] = []
  let next = ids.at(0)
  while (next !== undefined) {
    // Ids are hexadecimal, and what belongs to one follows a `#`: the last ends before `$`.
    const keys = { from: `${next}#`, to: `${ids.at(-1)}$` }
    next = undefined
    let others = 0
    for await (const item of readPartition(db, main, pk, keys)) {
      const engagement = parseEngagement(item)
      if (ids.includes(engagement.contactId)) {
        others = 0
        if (!isPastTtl(item, now)) found.push(engagement)
        continue
      }
      others += 1
      if (others === farApart) {
        next = ids.find((id) => id > engagement.contactId)
        break
      }
    }
  }
  return found
}
