import { auditPut } from '../consent/ledger.ts'
import { readPartition, type Tables, toItem, transact } from '../platform/table.ts'
import { batchDelete, batchPk, parseBatch } from './batch-record.ts'
import { allCampaigns } from './campaign-list.ts'
import { type Campaign, campaignKey, readCampaign } from './campaign-record.ts'
import { dueDelete } from './due-campaigns.ts'
import { messageIdOf } from './message-record.ts'
import { storeOutcomes } from './store-outcomes.ts'

type Store = Pick<Tables, 'db' | 'main' | 'ledger'>

export type Restore = {
  generation: number
  /** The campaigns that the ledger says were started or cancelled since the copy. */
  ended: ReadonlySet<string>
  now: Date
}

/** What a restored campaign comes back as. */
type Fate = 'paused' | 'draft' | 'cancelled'
export type Held = Record<Fate, string[]>

/**
 * No campaign of a restored table starts or goes on by itself (RIGHT-13): the copy does not know what has
 * happened since, and twice is worse than never.
 *
 * What had begun comes back paused for good, with nothing left to send: its mails are *unknown*, and of
 * those whom the copy had not planned yet nobody knows whether they were written to. One that was to start
 * by itself is a draft again, which a colleague may start. One that was started or cancelled since is
 * cancelled: it may have reached everybody, or must reach nobody. Broken off anywhere, it is run again.
 * @returns all that this restore has held, also in an earlier run.
 */
export async function holdRestored(store: Store, restore: Restore): Promise<Held> {
  const held: Held = { paused: [], draft: [], cancelled: [] }
  for await (const campaignId of allCampaigns(store)) {
    const campaign = await readCampaign(store, campaignId, restore.now)
    if (campaign === undefined) continue
    const isHeld = campaign.held?.generation === restore.generation
    const fate = fateOf(campaign, { isHeld, isEnded: restore.ended.has(campaignId) })
    if (fate === undefined) continue
    held[fate].push(campaignId)
    if (!isHeld || campaign.state !== fate) {
      await hold(store, { campaignId, campaign, fate }, restore)
    }
    if (fate === 'paused') await endUnknown(store, { campaignId, campaign }, restore)
  }
  return held
}

type Standing = { isHeld: boolean; isEnded: boolean }

function fateOf({ state }: Campaign, { isHeld, isEnded }: Standing): Fate | undefined {
  switch (state) {
    case 'draft':
      return isEnded ? 'cancelled' : isHeld ? 'draft' : undefined
    case 'scheduled':
      return isEnded ? 'cancelled' : 'draft'
    case 'planning':
    case 'sending':
    case 'paused':
      return 'paused'
    case 'cancelled':
      return isHeld ? 'cancelled' : undefined
    case 'sent':
      return undefined
  }
}

type Found = { campaignId: string; campaign: Campaign }

/** With the word of it in the audit trail, for whoever wonders why. */
async function hold(
  { db, main, ledger }: Store,
  { campaignId, campaign, fate }: Found & { fate: Fate },
  { generation, now }: Restore,
): Promise<void> {
  const { state, startsAt } = campaign
  const at = now.toISOString()
  const outcome = await transact(db, [
    {
      Update: {
        TableName: main,
        Key: toItem(campaignKey(campaignId)),
        UpdateExpression: 'SET #state = :fate, held = :held REMOVE startsAt, scheduledBy',
        ConditionExpression: '#state = :was',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: toItem({
          ':fate': fate,
          ':was': state,
          ':held': { generation, was: state, at } satisfies Campaign['held'],
        }),
      },
    },
    ...(startsAt === undefined ? [] : [dueDelete({ main }, campaignId, new Date(startsAt))]),
    {
      Put: auditPut(
        { ledger },
        {
          at: now,
          staff: 'operator',
          action: 'campaign-held',
          subject: campaignId,
          details: { was: state, is: fate, generation },
        },
      ),
    },
  ])
  if (outcome.kind === 'refused') throw new Error('a campaign of a closed table was changed')
}

async function endUnknown(
  store: Store,
  { campaignId, campaign: { key } }: Found,
  { now }: Restore,
): Promise<void> {
  for await (const item of readPartition(store.db, store.main, batchPk(campaignId))) {
    const batch = parseBatch(item)
    await storeOutcomes(store, campaignId, {
      batch,
      outcomes: batch.contactIds.map((contactId) => ({
        messageId: messageIdOf(key, contactId),
        state: 'unknown',
      })),
      at: now,
      batchWrite: batchDelete(store, campaignId, batch.batchId),
    })
  }
}
