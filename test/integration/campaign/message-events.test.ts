import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { parse } from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noteMailEvent } from '../../../functions/campaign/delivery.ts'
import { mailEvent } from '../../../functions/campaign/mail-event.ts'
import {
  type Message,
  messageKey,
  parseMessage,
} from '../../../functions/campaign/message-record.ts'
import type { ContactStore } from '../../../functions/contact/contacts.ts'
import { randomId } from '../../../functions/platform/id.ts'
import { readTogether, toItem, ttlAt } from '../../../functions/platform/table.ts'
import { dawn, later } from '../../support/acts.ts'
import { startContactStore } from '../../support/contact-store.ts'
import { bounceDetail, complaintDetail, sesEventBody } from '../../support/ses-events.ts'

let store: ContactStore & { stop: () => Promise<void> }
beforeAll(async () => {
  store = await startContactStore()
})
afterAll(() => store.stop())

const campaignId = '0123456789abcdef'
let made = 0
async function message(state: Message['state'] | undefined): Promise<string> {
  made += 1
  const messageId = made.toString(16).padStart(32, '0')
  if (state === undefined) return messageId
  const Item = toItem({
    ...messageKey(campaignId, messageId),
    contactId: randomId(),
    topic: 'newsletter',
    ledgerId: randomId(),
    language: 'nb',
    state,
    ttl: ttlAt(dawn, 400),
  })
  await store.tables.db.send(new PutItemCommand({ TableName: store.tables.main, Item }))
  return messageId
}

async function stored(messageId: string): Promise<Record<string, unknown> | undefined> {
  const key = messageKey(campaignId, messageId)
  const [item] = await readTogether(store.tables.db, [{ table: store.tables.main, key }])
  return item
}
const stateOf = async (messageId: string) => {
  const item = await stored(messageId)
  return item === undefined ? 'none' : parseMessage(item).state
}

async function told(messageId: string, ...types: string[]): Promise<void> {
  const email = 'nobody-of-ours@example.org'
  const log = { info: () => {}, fault: () => {} }
  for (const type of types) {
    const at = later(10)
    const detail = {
      ...complaintDetail(email, at),
      ...bounceDetail(email, at, { bounceType: 'Transient' }),
      delivery: { timestamp: at.toISOString() },
    }
    const tags = { campaign: [campaignId], message: [messageId] }
    const event = parse(mailEvent, sesEventBody({ type, email, at, sentAt: dawn, detail, tags }))
    await noteMailEvent(
      { ...store, clock: () => later(20), log, lost: () => {}, rejected: () => {} },
      event,
    )
  }
}

describe('SEND-05 what became of a campaign’s message', () => {
  it.each([
    ['sending', ['Send'], 'sent'],
    ['unknown', ['Send'], 'sent'],
    ['sending', ['Send', 'Delivery'], 'delivered'],
    ['sending', ['Delivery', 'Send'], 'delivered'],
    ['sent', ['Delivery', 'Bounce'], 'bounced'],
    ['sent', ['Bounce', 'Delivery', 'Send'], 'bounced'],
    ['sent', ['Complaint', 'Delivery', 'Bounce', 'Send'], 'complained'],
    ['sent', ['Delivery', 'Delivery', 'Complaint', 'Complaint'], 'complained'],
    ['skipped', ['Send'], 'skipped'],
    ['failed', ['Delivery'], 'failed'],
    ['sent', ['DeliveryDelay'], 'sent'],
    ['sent', ['Reject', 'Send', 'DeliveryDelay'], 'failed'],
    ['planned', ['Rendering Failure'], 'failed'],
  ] as const)('from %s, told of %j, is %s: never backwards', async (state, types, after) => {
    const messageId = await message(state)
    await told(messageId, ...types)
    expect(await stateOf(messageId)).toBe(after)
  })

  it('also tells of what the sender never heard: SES’s id, and when it left', async () => {
    const messageId = await message('sending')
    await told(messageId, 'Send')
    expect(await stored(messageId)).toMatchObject({
      sesId: '0107018e-local',
      sentAt: dawn.toISOString(),
    })
  })

  it('RIGHT-13 is not noted, and makes nothing, where the message went with its person', async () => {
    const messageId = await message(undefined)
    await told(messageId, 'Send', 'Delivery', 'Complaint')
    expect(await stateOf(messageId)).toBe('none')
  })

  it('is of no message where the tags are none of ours', async () => {
    await told('../../../etc/passwd', 'Send', 'Delivery')
  })
})
