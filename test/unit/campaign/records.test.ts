import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import {
  campaignIdSchema,
  campaignKey,
  campaignStates,
  newCampaignId,
  parseCampaign,
} from '../../../functions/campaign/campaign-record.ts'
import {
  messageIdOf,
  messageKey,
  messageStates,
  parseMessage,
} from '../../../functions/campaign/message-record.ts'
import { randomId } from '../../../functions/platform/id.ts'

const key = Buffer.alloc(32, 7)
const person = '01234567-89ab-4def-8123-456789abcdef'

describe('the record of a campaign', () => {
  const campaign = {
    name: 'November',
    topic: 'newsletter',
    purpose: 'direct-marketing',
    basis: 'consent',
    state: 'draft',
    variants: { en: { subject: 'News', blocks: [{ markdown: 'Hello' }] } },
    links: [],
    tracking: { opens: true, clicks: true },
    key,
    createdBy: 'somebody',
    createdAt: '2026-11-27T08:00:00.000Z',
    shards: 0,
  }

  it('has an id of eight random bytes, which its item is found by', () => {
    const [one, other] = [newCampaignId(), newCampaignId()]
    expect(one).not.toBe(other)
    expect(v.is(campaignIdSchema, one)).toBe(true)
    expect(campaignKey(one)).toEqual({ pk: `K#${one}`, sk: 'K' })
  })

  it.each(campaignStates)('can be %s', (state) => {
    expect(parseCampaign({ ...campaign, state }).state).toBe(state)
  })

  it('SEND-03: is for one topic, one purpose and one basis', () => {
    expect(() => parseCampaign({ ...campaign, basis: 'off' })).toThrow()
    expect(() => parseCampaign({ ...campaign, purpose: 'calls' })).toThrow()
    expect(() => parseCampaign({ ...campaign, topic: undefined })).toThrow()
  })
})

describe('the record of a message', () => {
  const message = {
    contactId: person,
    topic: 'newsletter',
    ledgerId: randomId(),
    language: 'en',
    state: 'planned',
    ttl: 1,
  }

  it('has the same id each time for one campaign and contact, and another for any other', () => {
    const id = messageIdOf(key, person)
    expect(id).toMatch(/^[0-9a-f]{32}$/)
    expect(messageIdOf(key, person)).toBe(id)
    expect(messageIdOf(Buffer.alloc(32, 8), person)).not.toBe(id)
    expect(messageIdOf(key, randomId())).not.toBe(id)
  })

  it('is found by campaign and message alone, in one of sixteen partitions', () => {
    const campaignId = newCampaignId()
    expect(messageKey(campaignId, `1f${'0'.repeat(30)}`)).toEqual({
      pk: `K#${campaignId}#15`,
      sk: `M#1f${'0'.repeat(30)}`,
    })
    const ids = Array.from({ length: 400 }, () => messageIdOf(key, randomId()))
    expect(new Set(ids.map((id) => messageKey(campaignId, id).pk)).size).toBe(16)
  })

  it.each(messageStates)('can be %s', (state) => {
    expect(parseMessage({ ...message, state }).state).toBe(state)
  })

  it('SEND-03: names what allowed it', () => {
    expect(() => parseMessage({ ...message, ledgerId: undefined })).toThrow()
  })
})
