import { type Campaign, parseCampaign } from '../../functions/campaign/campaign-record.ts'
import {
  type Message,
  messageOfKey,
  parseMessage,
} from '../../functions/campaign/message-record.ts'
import { type Tracked, trackedOf } from '../../functions/tracking/tracked.ts'
import type { Books } from '../support/e2e-books.ts'

export type KnownCampaign = { id: string; campaign: Campaign }
export type KnownMessage = {
  campaignId: string
  messageId: string
  message: Message
  tracked: Tracked | undefined
}

/** Every campaign of the tables, also one whose making was never answered. */
export async function campaignsIn({ all }: Books): Promise<KnownCampaign[]> {
  const items = await all('main')
  return items
    .filter(({ pk, sk }) => /^K#[0-9a-f]{16}$/.test(String(pk)) && sk === 'K')
    .map((item) => ({ id: String(item.pk).slice(2), campaign: parseCampaign(item) }))
}

export async function messagesIn({ all }: Books): Promise<KnownMessage[]> {
  const items = await all('main')
  return items
    .filter(({ pk, sk }) => /^K#/.test(String(pk)) && /^M#/.test(String(sk)))
    .map((item) => ({
      ...messageOfKey({ pk: String(item.pk), sk: String(item.sk) }),
      message: parseMessage(item),
      tracked: trackedOf(item),
    }))
}
