import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { shardCount } from '../contact/membership.ts'
import { readPartition, type Tables, toItem } from '../platform/table.ts'
import { batchPk, finishBatch, parseBatch } from './batch-record.ts'
import { type Campaign, campaignKey, readCampaign } from './campaign-record.ts'
import { messageIdOf } from './message-record.ts'
import { openCampaigns } from './open-campaigns.ts'
import { shardMarkKey } from './progress.ts'
import { storeOutcomes } from './store-outcomes.ts'

type Store = Pick<Tables, 'db' | 'main'>

/**
 * What was under way when a table was copied has gone on since, nobody knows how far (RIGHT-13). It comes
 * back paused, with nothing left to send: its mails are *unknown* and never sent again, and those whom the
 * copy had not planned yet are not planned any more. Whoever resumes it sends nothing twice.
 * @returns the campaigns that were held.
 */
export async function holdRestored(store: Store, now: Date): Promise<string[]> {
  const held: string[] = []
  for await (const campaignId of openCampaigns(store)) {
    const campaign = await readCampaign(store, campaignId, now)
    if (campaign === undefined || !underWay.includes(campaign.state)) continue
    await hold(store, campaignId, campaign)
    await endUnknown(store, { campaignId, key: campaign.key, now })
    held.push(campaignId)
  }
  return held
}

const underWay: readonly Campaign['state'][] = ['planning', 'sending', 'paused']

async function hold({ db, main }: Store, campaignId: string, { ttl }: Campaign): Promise<void> {
  // All shards first: a campaign that is paused with shards to plan would plan them when it is resumed.
  for (let shard = 0; shard < shardCount; shard++) {
    const key = shardMarkKey(campaignId, String(shard).padStart(2, '0'))
    await db.send(new PutItemCommand({ TableName: main, Item: toItem({ ...key, ttl }) }))
  }
  await db.send(
    new UpdateItemCommand({
      TableName: main,
      Key: toItem(campaignKey(campaignId)),
      UpdateExpression: 'SET #state = :paused, shards = :all',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: toItem({ ':paused': 'paused', ':all': shardCount }),
    }),
  )
}

async function endUnknown(
  store: Store,
  { campaignId, key, now }: { campaignId: string; key: Uint8Array; now: Date },
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
    })
    await finishBatch(store, campaignId, batch.batchId)
  }
}

/**
 * One that the copy has as a draft or scheduled, and that was started or cancelled since: it may have
 * reached everybody, or must reach nobody, so it must not start. @returns false when it is neither.
 */
export async function cancelStarted(store: Store, campaignId: string, now: Date): Promise<boolean> {
  const campaign = await readCampaign(store, campaignId, now)
  if (campaign?.state !== 'draft' && campaign?.state !== 'scheduled') return false
  await store.db.send(
    new UpdateItemCommand({
      TableName: store.main,
      Key: toItem(campaignKey(campaignId)),
      UpdateExpression: 'SET #state = :cancelled',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: toItem({ ':cancelled': 'cancelled' }),
    }),
  )
  return true
}
