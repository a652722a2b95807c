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
import type { PlanMessage } from './campaign-message.ts'
import { type Campaign, readCampaign } from './campaign-record.ts'
import { endUnsent } from './end-unsent.ts'
import { withLanguage } from './figures.ts'
import { figureWrites } from './figures-record.ts'
import type { LaunchDesk } from './launch.ts'
import { type Message, messageIdOf, messageKey } from './message-record.ts'
import type { PlanWork } from './plan-work.ts'
import { plannedShards, shardIsPlanned } from './progress.ts'
import { repair } from './repair.ts'
import { startDue } from './schedule.ts'

/** Memberships walked for one message of the queue, so that no run comes near its time-out. */
const onePage = 1000

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
      await Promise.all(
        shards
          .filter((shard) => !done.includes(shard))
          .map((shard) => work.plan({ kind: 'shard', campaignId, shard })),
      )
      return
    }
    case 'shard':
      return planPage(work, campaign, message)
    case 'resume':
      return enqueue(work, message.campaignId, '')
    case 'end':
      // It is not cancelled: nothing ends.
      return
  }
}

const shards = Array.from({ length: shardCount }, (_, index) => String(index).padStart(2, '0'))

type Page = Extract<PlanMessage, { kind: 'shard' }>

async function planPage(work: PlanWork, campaign: Campaign, page: Page): Promise<void> {
  const { campaignId, shard, after } = page
  const members = await membersAfter(work.tables, campaign.topic, page)
  const may = members.filter(
    (member) =>
      decide(work.policy, membershipStanding(member, campaign.topic), campaign.topic, work.clock())
        .may,
  )
  const place = `${shard}#${after ?? ''}#`
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
  const last = members.at(-1)
  if (members.length === onePage && last !== undefined) {
    return work.plan({ kind: 'shard', campaignId, shard, after: last.contactId })
  }
  await shardIsPlanned(work.tables, campaignId, { shard, ttl: campaign.ttl })
}

/** Whoever reads a language in which nothing is said is written to in the policy's first. */
function languageOf(
  { policy }: PlanWork,
  { variants }: Campaign,
  { language }: Membership,
): string {
  return variants[language] === undefined ? (policy.languages[0] ?? language) : language
}

async function membersAfter(
  { db, main }: PlanWork['tables'],
  topic: string,
  { shard, after }: Page,
): Promise<Membership[]> {
  const members: Membership[] = []
  // Ids are hexadecimal: `!` sorts before, and `g` after, whatever may follow one.
  const between = { from: after === undefined ? '0' : `${after}!`, to: 'g' }
  for await (const item of readPartition(db, main, membershipPk(topic, shard), between)) {
    members.push(parseMembership(item))
    if (members.length === onePage) break
  }
  return members
}

type Group = { campaignId: string; place: string; language: string; members: Membership[] }

/**
 * Messages and their batch in one transaction: whoever has a message is in exactly one batch, so
 * planning twice mails nobody twice and forgets nobody.
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
    if (outcome.kind === 'written') return
    left = left.filter((_, index) => outcome.standing[index]?.failed !== true)
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

/** Puts the batches that nobody has claimed on the queue. */
async function enqueue(work: PlanWork, campaignId: string, place: string): Promise<void> {
  const { db, main } = work.tables
  for await (const item of readPartition(db, main, batchPk(campaignId), place)) {
    const { batchId, state } = parseBatch(item)
    if (state === 'planned') await work.send({ campaignId, batchId })
  }
}
