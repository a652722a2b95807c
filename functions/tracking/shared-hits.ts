import { addTo } from '../campaign/figures.ts'
import { figureWrites, goneWrites } from '../campaign/figures-record.ts'
import type { Policy } from '../consent/policy.ts'
import { sharedMessageId } from '../platform/hit-id.ts'
import type { Received } from '../platform/queue.ts'
import { type Tables, toItem, transact, ttlAt } from '../platform/table.ts'
import type { CampaignLinks } from './campaign-links.ts'
import { type Click, classify, type MessageHit } from './classify.ts'
import type { HitMessage } from './hit-message.ts'

export const isShared = ({ message }: Received<HitMessage>): boolean =>
  message.messageId === sharedMessageId

export type SharedDesk = {
  tables: Pick<Tables, 'db' | 'main'>
  policy: Policy
  links: CampaignLinks
  clock: () => Date
}

/** Beside the campaign's figures, the queue's own ids of what was counted, for as long as it may come again. */
const seenKey = (campaignId: string, id: string) => ({ pk: `N#${campaignId}`, sk: `Q#${id}` })
const seenDays = 2
/** Of one transaction. */
const mostAtOnce = 90

/**
 * The mode `aggregate` (TRACK-04): all mails of a campaign show one pixel and lead through the same links, so a
 * fetch is of nobody, and is only counted. Each counts once: the queue's id of it is written with the count.
 * @returns how many were counted.
 */
export async function countShared(
  desk: SharedDesk,
  received: readonly Received<HitMessage>[],
): Promise<number> {
  const byCampaign = Map.groupBy(received, ({ message }) => message.campaignId)
  let counted = 0
  for (const [campaignId, hits] of byCampaign) {
    const links = await desk.links(campaignId)
    if (links === undefined) continue
    const wanted = hits.filter(({ message }) => isAggregate(desk.policy, message.kind))
    for (let start = 0; start < wanted.length; start += mostAtOnce) {
      counted += await count(desk, campaignId, wanted.slice(start, start + mostAtOnce))
    }
  }
  return counted
}

/** Asked at the moment of counting: a mode that was left counts nothing more (TRACK-02). */
const isAggregate = ({ purposes }: Policy, kind: HitMessage['kind']): boolean =>
  purposes[kind === 'open' ? 'open-tracking' : 'click-tracking'].basis === 'aggregate'

async function count(
  { tables: { db, main }, clock, policy }: SharedDesk,
  campaignId: string,
  hits: readonly Received<HitMessage>[],
): Promise<number> {
  let left = [...new Map(hits.map((hit) => [hit.id, hit])).values()]
  while (left.length > 0) {
    const now = clock()
    const { totals, hours } = figuresOf(left)
    const ttl = ttlAt(now, policy.retention.messages)
    const spread = left[0]?.id.replaceAll(/[^0-9a-f]/g, '').padEnd(2, '0') ?? '00'
    const outcome = await transact(db, [
      ...left.map(({ id }) => ({
        Put: {
          TableName: main,
          Item: toItem({ ...seenKey(campaignId, id), ttl: ttlAt(now, seenDays) }),
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      })),
      ...figureWrites(main, { campaignId, spread, totals, hours, ttl }),
      // No message remembers them: a recount must not take them for drift.
      ...goneWrites(main, { campaignId, spread, ttl, figures: totals }),
    ])
    if (outcome.kind === 'written') return left.length
    left = left.filter((_, index) => outcome.standing[index]?.failed !== true)
  }
  return 0
}

/** Judged by what each says of itself: whose burst or crowd it was is nobody's to know here. */
function figuresOf(received: readonly Received<HitMessage>[]) {
  const totals: Record<string, number> = {}
  const hours: Record<string, number> = {}
  for (const { id, message } of received) {
    const hit = hitOf(id, message)
    const [verdict] = classify([hit], { links: 0 })
    if (verdict === undefined) continue
    addTo(totals, { [`${hit.kind}:${verdict.class}`]: 1 })
    if (hit.kind === 'click') addTo(totals, { [`link:${hit.link}:${verdict.class}`]: 1 })
    if (verdict.class === 'human_likely') {
      addTo(hours, { [`${message.at.slice(0, 13)}:${hit.kind}`]: 1 })
    }
  }
  return { totals, hours }
}

function hitOf(id: string, message: HitMessage): MessageHit | Click {
  const seen = { id, at: Date.parse(message.at), sign: message.sign }
  return message.kind === 'open'
    ? { kind: 'open', ...seen }
    : { kind: 'click', link: message.link, ...seen }
}
