import { campaignKey } from '../../functions/campaign/campaign-record.ts'
import { messageIdOf, messageKey } from '../../functions/campaign/message-record.ts'

/** What a campaign leaves in the tables once it is out, for tests of what comes of its mails. */
export const campaignSecret = new Uint8Array(32).fill(7)

export function campaignItem(campaignId: string, links: readonly string[]) {
  return {
    ...campaignKey(campaignId),
    name: '',
    topic: 'newsletter',
    purpose: 'direct-marketing',
    basis: 'consent',
    state: 'sent',
    variants: {},
    links,
    tracking: { opens: true, clicks: true },
    key: campaignSecret,
    createdBy: 'kari',
    createdAt: new Date().toISOString(),
    shards: 64,
  }
}

/** Its place in the list of all campaigns. */
export function listedItem(campaignId: string) {
  return { pk: 'K#', sk: `${new Date().toISOString()}#${campaignId}` }
}

/** A message that was sent an hour ago. */
export function messageItem(campaignId: string, contactId: string) {
  return {
    ...messageKey(campaignId, messageIdOf(campaignSecret, contactId)),
    contactId,
    topic: 'newsletter',
    ledgerId: contactId,
    language: 'nb',
    state: 'sent',
    sentAt: new Date(Date.now() - 3_600_000).toISOString(),
    ttl: Math.floor(Date.now() / 1000) + 86_400,
  }
}
