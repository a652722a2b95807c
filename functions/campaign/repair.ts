import { readPartition, readTogether } from '../platform/table.ts'
import {
  type Batch,
  batchDelete,
  batchPk,
  hasBatches,
  moveBatch,
  parseBatch,
} from './batch-record.ts'
import { type Campaign, readCampaign } from './campaign-record.ts'
import { endUnsent } from './end-unsent.ts'
import { messageIdOf, messageKey, messageStates, parseMessage } from './message-record.ts'
import { noLongerOpen, openCampaigns } from './open-campaigns.ts'
import type { PlanWork } from './plan-work.ts'
import { closeIfDone } from './progress.ts'
import { storeOutcomes } from './store-outcomes.ts'

const minuteMs = 60_000
/** So long events of SES may take; without one until then, SES has taken nothing. */
const doubtMs = 60 * minuteMs
/** On the queue, but not seen for so long: set aside, or never got there. */
const forgottenMs = 60 * minuteMs

/**
 * What died half way, in all campaigns that are under way. A batch that surely has not left leaves
 * again; one in doubt waits an hour for events of SES. If one mail of it is known to have left, the
 * others are unknown and never mailed twice; if none, none has.
 */
export async function repair(work: PlanWork): Promise<void> {
  for await (const campaignId of openCampaigns(work.tables)) {
    const campaign = await readCampaign(work.tables, campaignId, work.clock())
    if (campaign !== undefined && campaign.state !== 'sent') {
      await repairCampaign(work, campaignId, campaign)
      if (campaign.state !== 'cancelled' || (await hasBatches(work.tables, campaignId))) continue
    }
    await noLongerOpen(work.tables, campaignId)
  }
}

async function repairCampaign(
  work: PlanWork,
  campaignId: string,
  campaign: Campaign,
): Promise<void> {
  const { tables, clock } = work
  const since = Date.parse(campaign.startedAt ?? campaign.createdAt)
  if (campaign.state === 'planning' && clock().getTime() - since > forgottenMs) {
    await work.plan({ kind: 'start', campaignId })
  }
  for await (const item of readPartition(tables.db, tables.main, batchPk(campaignId))) {
    await repairBatch(work, { campaignId, campaign, batch: parseBatch(item) })
  }
  // Afterwards, since a batch of which nothing has left was just put back.
  if (campaign.state === 'cancelled') await endUnsent(work, campaignId, campaign)
  await closeIfDone(tables, campaignId)
}

type Found = { campaignId: string; campaign: Campaign; batch: Batch }

async function repairBatch(work: PlanWork, found: Found): Promise<void> {
  const age = work.clock().getTime() - Date.parse(found.batch.at)
  switch (found.batch.state) {
    case 'planned':
      return age > forgottenMs ? again(work, found) : undefined
    case 'leaving':
      return age > doubtMs ? settle(work, found) : undefined
  }
}

async function again(work: PlanWork, { campaignId, campaign, batch }: Found): Promise<void> {
  const { batchId, language } = batch
  const moved = await moveBatch(work.tables, campaignId, { batch, to: 'planned', at: work.clock() })
  if (moved && (campaign.state === 'planning' || campaign.state === 'sending')) {
    await work.enqueue([{ campaignId, batchId, language }])
  }
}

/** What only a mail that left can come to be. */
const left: ReadonlySet<string> = new Set(
  messageStates.filter((state) => ['sent', 'delivered', 'bounced', 'complained'].includes(state)),
)

async function settle(work: PlanWork, found: Found): Promise<void> {
  const { tables, clock } = work
  const { campaignId, campaign, batch } = found
  const ids = batch.contactIds.map((contactId) => messageIdOf(campaign.key, contactId))
  const items = await readTogether(
    tables.db,
    ids.map((messageId) => ({ table: tables.main, key: messageKey(campaignId, messageId) })),
  )
  const states = items.map((item) => (item === undefined ? undefined : parseMessage(item).state))
  if (!states.some((state) => state !== undefined && left.has(state))) return again(work, found)
  const unknown = ids.filter((_, index) => states[index] === 'planned')
  await storeOutcomes(tables, campaignId, {
    batch,
    outcomes: unknown.map((messageId) => ({ messageId, state: 'unknown' })),
    at: clock(),
    batchWrite: batchDelete(tables, campaignId, batch.batchId),
  })
  work.log.info('mails of a batch are unknown', { campaignId, count: unknown.length })
}
