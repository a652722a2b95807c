import { decide } from '../consent/decide.ts'
import {
  type Membership,
  membershipPk,
  membershipStanding,
  parseMembership,
  shardCount,
} from '../contact/membership.ts'
import { randomId } from '../platform/id.ts'
import { readPartition, toItem, transact, ttlAt } from '../platform/table.ts'
import { batchPk, batchPut, mostInBatch, parseBatch } from './batch-record.ts'
import type { PlanMessage, SendMessage } from './campaign-message.ts'
import { type Campaign, readCampaign } from './campaign-record.ts'
import { endUnsent } from './end-unsent.ts'
import { withLanguage } from './figures.ts'
import { figureWrites } from './figures-record.ts'
import type { LaunchDesk } from './launch.ts'
import { type Message, messageIdOf, messageKey } from './message-record.ts'
import type { PlanWork } from './plan-work.ts'
import { plannedShards, shardsArePlanned, stillPlanned } from './progress.ts'
import { repair } from './repair.ts'
import { startDue } from './schedule.ts'

/** Does one piece of planning. Each may come twice, or after a worker died in the middle of it. */
export async function workOnPlan(work: PlanWork & LaunchDesk, message: PlanMessage): Promise<void> {
  if (message.kind === 'repair') return repair(work)
  if (message.kind === 'start-due') return startDue(work)
  const campaign = await readCampaign(work.tables, message.campaignId, work.clock())
  if (campaign === undefined) return
  // Also when a page of it was being planned meanwhile: what that wrote must not stay.
  if (campaign.state === 'cancelled') return endUnsent(work, message.campaignId, campaign)
  const goesOn = ['planning', 'sending', 'paused'].includes(campaign.state)
  // Queues are not restored: a page that the copy had not planned may have been sent since.
  if (!goesOn || campaign.held !== undefined) return
  switch (message.kind) {
    case 'start': {
      const done = await plannedShards(work.tables, message.campaignId)
      const { campaignId } = message
      const left = allShards.filter((shard) => !done.includes(shard))
      return left.length > 0 ? work.plan({ kind: 'walk', campaignId, shards: left }) : undefined
    }
    case 'walk':
      return planPage(work, campaign, message)
    case 'resume':
      return enqueue(work, message.campaignId, '')
    case 'end':
      // It is not cancelled: nothing ends.
      return
  }
}

const allShards = Array.from({ length: shardCount }, (_, index) => String(index).padStart(2, '0'))

type Walk = Extract<PlanMessage, { kind: 'walk' }>

/**
 * Plans the next members of these shards, so that batches are full whatever a shard holds. What is left
 * after them two walk on, each through half of it: a large campaign soon has many, a small one stays whole.
 */
async function planPage(work: PlanWork, campaign: Campaign, walk: Walk): Promise<void> {
  const { campaignId, shards, after } = walk
  const { members, unfinished } = await nextMembers(work, campaign.topic, walk)
  const may = members.filter(
    (member) =>
      decide(work.policy, membershipStanding(member, campaign.topic), campaign.topic, work.clock())
        .may,
  )
  const place = `${shards[0]}#${after ?? ''}#`
  for (const language of Object.keys(campaign.variants)) {
    const readers = may.filter((member) => languageOf(work, campaign, member) === language)
    for (let start = 0; start < readers.length; start += mostInBatch) {
      const members = readers.slice(start, start + mostInBatch)
      await planBatch(work, campaign, { campaignId, place, language, members })
    }
  }
  const now = await readCampaign(work.tables, campaignId, work.clock())
  if (now?.state === 'cancelled') return endUnsent(work, campaignId, campaign)
  // Whatever this page left behind, also before its worker died: a batch on the queue twice leaves once.
  await enqueue(work, campaignId, place)
  const half = Math.ceil(unfinished.length / 2)
  const last = members.at(-1)?.contactId
  if (half > 0) {
    await work.plan({ kind: 'walk', campaignId, shards: unfinished.slice(0, half), after: last })
  }
  if (half < unfinished.length) {
    await work.plan({ kind: 'walk', campaignId, shards: unfinished.slice(half) })
  }
  const finished = shards.slice(0, shards.length - unfinished.length)
  await shardsArePlanned(work.tables, campaignId, { shards: finished, ttl: campaign.ttl })
}

/** Whoever reads a language in which nothing is said is written to in the policy's first. */
function languageOf(
  { policy }: PlanWork,
  { variants }: Campaign,
  { language }: Membership,
): string {
  return variants[language] === undefined ? (policy.languages[0] ?? language) : language
}

type Found = { members: Membership[]; unfinished: string[] }

/** A page of members, and which of the shards may hold more: of the first of them the last was read. */
async function nextMembers(
  { tables: { db, main }, pageSize }: PlanWork,
  topic: string,
  { shards, after }: Walk,
): Promise<Found> {
  const members: Membership[] = []
  for (const [index, shard] of shards.entries()) {
    // Ids are hexadecimal: `!` sorts before, and `g` after, whatever may follow one.
    const from = index > 0 || after === undefined ? '0' : `${after}!`
    for await (const item of readPartition(db, main, membershipPk(topic, shard), {
      from,
      to: 'g',
    })) {
      members.push(parseMembership(item))
      if (members.length === pageSize) return { members, unfinished: shards.slice(index) }
    }
  }
  return { members, unfinished: [] }
}

type Group = { campaignId: string; place: string; language: string; members: Membership[] }

/**
 * Messages and their batch in one transaction: whoever has a message is in exactly one batch, so
 * planning twice mails nobody twice and forgets nobody. Only until the campaign is planned in full: who
 * has joined since, and is met by a page that is delivered again, would wait in it when it is closed.
 */
async function planBatch(
  { tables, clock, policy }: PlanWork,
  campaign: Campaign,
  { campaignId, place, language, members }: Group,
): Promise<void> {
  let left = members
  while (left.length > 0) {
    const now = clock()
    const ttl = ttlAt(now, policy.retention.messages)
    const outcome = await transact(tables.db, [
      stillPlanned(tables, campaignId),
      ...left.map((member) => ({
        Put: {
          TableName: tables.main,
          Item: toItem({
            ...messageKey(campaignId, messageIdOf(campaign.key, member.contactId)),
            ...plannedMessage(campaign.topic, language, { member, ttl }),
          }),
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      })),
      batchPut(tables, campaignId, {
        batchId: `${place}${randomId()}`,
        contactIds: left.map(({ contactId }) => contactId),
        language,
        state: 'planned',
        at: now.toISOString(),
        ttl,
      }),
      ...figureWrites(tables.main, {
        campaignId,
        spread: messageIdOf(campaign.key, left[0]?.contactId ?? ''),
        totals: withLanguage(language, { 'mail:planned': left.length }),
        ttl,
      }),
    ])
    const [planned, ...standing] = outcome.kind === 'written' ? [] : outcome.standing
    if (outcome.kind === 'written' || planned?.failed) return
    left = left.filter((_, index) => standing[index]?.failed !== true)
  }
}

function plannedMessage(
  topic: string,
  language: string,
  { member: { contactId, choice }, ttl }: { member: Membership; ttl: number },
) {
  return {
    contactId,
    topic,
    ledgerId: choice.ledgerId,
    language,
    state: 'planned',
    revision: 0,
    ttl,
  } satisfies Message
}

/** Puts the batches that have not left on the queue. */
async function enqueue(work: PlanWork, campaignId: string, place: string): Promise<void> {
  const { db, main } = work.tables
  const waiting: SendMessage[] = []
  for await (const item of readPartition(db, main, batchPk(campaignId), place)) {
    const { batchId, language, state } = parseBatch(item)
    if (state === 'planned') waiting.push({ campaignId, batchId, language })
  }
  await work.enqueue(waiting)
}
