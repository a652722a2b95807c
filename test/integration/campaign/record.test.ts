import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  campaignKey,
  newCampaignId,
  readCampaign,
} from '../../../functions/campaign/campaign-record.ts'
import { toItem } from '../../../functions/platform/table.ts'
import { later } from '../../support/acts.ts'
import { startContactStore } from '../../support/contact-store.ts'

let store: Awaited<ReturnType<typeof startContactStore>>
beforeAll(async () => {
  store = await startContactStore()
})
afterAll(() => store.stop())

it('a campaign is read by its id until its time is over', async () => {
  const campaignId = newCampaignId()
  const campaign = {
    name: 'November',
    topic: 'newsletter',
    purpose: 'direct-marketing',
    basis: 'consent',
    state: 'sent',
    variants: { en: { subject: 'News', blocks: [{ markdown: 'Hello' }] } },
    links: ['https://nordlys.example/autumn'],
    tracking: { opens: true, clicks: true },
    key: Uint8Array.from({ length: 32 }, () => 7),
    createdBy: 'somebody',
    createdAt: later(0).toISOString(),
    shards: 64,
    revision: 0,
    ttl: later(1000).getTime() / 1000,
  }
  const { db, main } = store.tables
  const item = toItem({ ...campaignKey(campaignId), ...campaign })
  await db.send(new PutItemCommand({ TableName: main, Item: item }))
  expect(await readCampaign(store.tables, campaignId, later(999))).toEqual(campaign)
  expect(await readCampaign(store.tables, campaignId, later(1000))).toBeUndefined()
  expect(await readCampaign(store.tables, newCampaignId(), later(0))).toBeUndefined()
})
