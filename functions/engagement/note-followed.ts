import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { Standing } from '../consent/decide.ts'
import type { Policy } from '../consent/policy.ts'
import { choiceAttribute, contactItemKey } from '../contact/contact.ts'
import { type Tables, toItem } from '../platform/table.ts'
import { type Engagement, engagementDelete, engagementPut, readEngagements } from './engagement.ts'
import { type Profiling, profilingSince, restsOn } from './profiling-since.ts'

/** A link that was followed, as it is judged now and was judged before. */
export type Followed = {
  hit: string
  link: number
  at: number
  before: 'unseen' | 'person' | 'no-person'
  now: 'person' | 'no-person'
  /** Followed with the signal that it shall be added to no profile (GPC-03). */
  signalled: boolean
}

export type FollowedIn = {
  standing: Standing
  campaignId: string
  /** What the campaign's links tell of, by their number. */
  interests: Readonly<Record<string, readonly string[]>>
  followed: readonly Followed[]
}

type Desk = { tables: Pick<Tables, 'db' | 'main'>; policy: Policy; now: Date }

/**
 * What to write with the hits of one message, so that what is known of a person's interests is what people
 * and not machines did (TRACK-07): the first time they follow a link that tells of one, if they may be
 * profiled at that moment; and away again when it is found to have been a machine. Nothing to read or write
 * for the links that tell nothing.
 */
export async function followedWrites(desk: Desk, seen: FollowedIn): Promise<TransactWriteItem[]> {
  const { tables, policy, now } = desk
  const { standing, campaignId, interests } = seen
  const { contactId } = standing
  const telling = seen.followed.filter(({ link }) => (interests[link] ?? []).length > 0)
  const profiling = profilingSince(policy, standing, now)
  const fresh = telling.filter((each) => isFresh(profiling, each))
  const takenBack = telling.filter((each) => each.before === 'person' && each.now === 'no-person')
  if (fresh.length === 0 && takenBack.length === 0) return []
  const known = await readEngagements(tables, { contactId, campaignId }, now)
  const machines = new Set(takenBack.map(({ hit }) => hit))
  const stands = ({ hit, at }: Engagement) => !machines.has(hit) && restsOn(profiling, at)
  const links = new Set([...fresh, ...takenBack].map(({ link }) => link))
  const changes = [...links].flatMap((link): TransactWriteItem[] => {
    const standingOne = known.find((each) => each.link === link)
    if (standingOne !== undefined && stands(standingOne)) return []
    const first = fresh
      .filter((each) => each.link === link)
      .toSorted((a, b) => a.at - b.at)
      .at(0)
    if (first === undefined) {
      const isMachines = standingOne !== undefined && machines.has(standingOne.hit)
      return isMachines ? [engagementDelete(tables, standingOne)] : []
    }
    const { hit } = first
    const at = new Date(first.at).toISOString()
    const told = { contactId, campaignId, link, interests: interests[link] ?? [], at, hit }
    return [engagementPut(tables, told, { now, days: policy.retention.interests })]
  })
  return changes.some(({ Put }) => Put !== undefined)
    ? [...changes, stillAllowed(desk, standing)]
    : changes
}

const isFresh = (profiling: Profiling, { before, now, signalled, at }: Followed): boolean =>
  before === 'unseen' &&
  now === 'person' &&
  !signalled &&
  restsOn(profiling, new Date(at).toISOString())

/** A no that comes in between wins: it has moved a rank, or stands on the contact (TRACK-11). */
function stillAllowed(
  { tables: { main } }: Desk,
  { contactId, choices }: Standing,
): TransactWriteItem {
  return {
    ConditionCheck: {
      TableName: main,
      Key: toItem(contactItemKey(contactId)),
      ConditionExpression:
        'attribute_not_exists(erasing) AND attribute_not_exists(restricted) AND #p.#rank = :p AND #c.#rank = :c',
      ExpressionAttributeNames: {
        '#p': choiceAttribute('profiling'),
        '#c': choiceAttribute('click-tracking'),
        '#rank': 'rank',
      },
      ExpressionAttributeValues: toItem({
        ':p': choices.profiling?.rank,
        ':c': choices['click-tracking']?.rank,
      }),
    },
  }
}
