import * as v from 'valibot'
import { type Because, decide, recordingOf, type Standing } from '../consent/decide.ts'
import {
  contactItemKey,
  contactKeyOwner,
  openContact,
  parseContact,
  standingOf,
} from '../contact/contact.ts'
import { addressItemKey, parseAddressRecord } from '../contact/suppression.ts'
import { keyItemSchema, unwrapDataKey } from '../contact/vault.ts'
import { readInterests } from '../engagement/read-interests.ts'
import type { BulkEntry } from '../platform/bulk-mailer.ts'
import { type PersonTables, readTogether, type Wanted } from '../platform/table.ts'
import type { Batch } from './batch-record.ts'
import { inOrderOf, type Points } from './block-order.ts'
import { addressed, type CampaignRecipient } from './campaign-recipient.ts'
import type { Campaign } from './campaign-record.ts'
import { compose, type Letterhead, type Recorded } from './compose.ts'
import type { FrozenMail } from './freeze.ts'
import { type Counted, messageIdOf, messageKey, parseMessage } from './message-record.ts'

export type BatchDesk = Letterhead & { tables: PersonTables; clock: () => Date }

export type WrittenEntry = {
  messageId: string
  /** What allows it now; the plan's may be older (SEND-03). */
  ledgerId: string
  counted: Counted
  entry: BulkEntry<CampaignRecipient>
}
export type Skipped = { messageId: string; reason: Because | 'gone' }
/** Who gets the mail, and who has it planned but may not be mailed now. */
export type Written = { entries: WrittenEntry[]; skipped: Skipped[] }

type Planned = {
  campaignId: string
  campaign: Campaign
  batch: Pick<Batch, 'contactIds' | 'language'>
  mail: Pick<FrozenMail, 'blocks'>
}

/**
 * Reads everybody strongly and decides again, whatever was planned (UNSUB-15): any fault of a read is a
 * fault of the whole batch, and then nothing leaves (SEC-12).
 */
export async function writeBatch(desk: BatchDesk, planned: Planned): Promise<Written> {
  const { tables } = desk
  const { campaignId, campaign, batch, mail } = planned
  const ids = batch.contactIds.map((contactId) => ({
    contactId,
    messageId: messageIdOf(campaign.key, contactId),
  }))
  const main = (key: Record<string, string>): Wanted => ({ table: tables.main, key })
  const items = await readTogether(
    tables.db,
    ids.flatMap(({ contactId, messageId }) => [
      main(messageKey(campaignId, messageId)),
      main(contactItemKey(contactId)),
    ]),
  )
  // Without a message the person was erased; with another state it was dealt with before.
  const waiting = ids.flatMap(({ messageId }, index) => {
    const [message, contact] = items.slice(2 * index, 2 * index + 2)
    if (message === undefined || parseMessage(message).state !== 'planned') return []
    return { messageId, contact: contact === undefined ? undefined : parseContact(contact) }
  })
  const known = waiting.flatMap(({ contact }) => contact ?? [])
  const more = await readTogether(
    tables.db,
    known.flatMap(({ contactId, addressKey }) => [
      { table: tables.keys, key: { pk: contactKeyOwner(contactId) } },
      main(addressItemKey(addressKey)),
    ]),
  )
  const standings = known.map((contact, index) =>
    standingOf(contact, parseAddressRecord(contact.addressKey, more[2 * index + 1])),
  )
  const interests: ReadonlyMap<string, Points> =
    mail.blocks.length === 0 ? new Map() : await readInterests(desk, standings, desk.clock())
  const written: Written = { entries: [], skipped: [] }
  for (const { messageId, contact } of waiting) {
    const at = contact === undefined ? -1 : known.indexOf(contact)
    const [keyItem, standing] = [more[2 * at], standings[at]]
    const entry =
      contact === undefined || keyItem === undefined || standing === undefined
        ? ({ messageId, reason: 'gone' } as const)
        : await writeEntry(desk, planned, {
            messageId,
            contact,
            standing,
            wrapped: v.parse(keyItemSchema, keyItem).wrapped,
            points: interests.get(contact.contactId) ?? noPoints,
          })
    if ('reason' in entry) written.skipped.push(entry)
    else written.entries.push(entry)
  }
  return written
}

const noPoints: Points = new Map()

type Person = {
  messageId: string
  contact: ReturnType<typeof parseContact>
  standing: Standing
  wrapped: Uint8Array
  points: Points
}

async function writeEntry(
  desk: BatchDesk,
  { campaignId, campaign, batch, mail }: Planned,
  { messageId, contact, standing, wrapped, points }: Person,
): Promise<WrittenEntry | Skipped> {
  const { policy, keys, clock } = desk
  const now = clock()
  const decision = decide(policy, standing, campaign.topic, now)
  if (!decision.may) return { messageId, reason: decision.because }
  const open = openContact(
    contact,
    unwrapDataKey(contactKeyOwner(contact.contactId), wrapped, await keys('ring')),
  )
  const askedFor = decision.because.basis === 'consent'
  const recorded: Recorded = {
    opens: campaign.tracking.opens
      ? recordingOf(policy, standing, { purpose: 'open-tracking', askedFor, now })
      : 'nothing',
    clicks: campaign.tracking.clicks
      ? recordingOf(policy, standing, { purpose: 'click-tracking', askedFor, now })
      : 'nothing',
  }
  const { values, headers } = await compose(desk, {
    campaignId,
    campaign,
    messageId,
    contactId: contact.contactId,
    language: batch.language,
    choice: decision.because,
    recorded,
    blocks: inOrderOf(points, mail.blocks),
  })
  return {
    messageId,
    ledgerId: decision.because.ledgerId,
    counted: { opens: recorded.opens === 'person', clicks: recorded.clicks === 'person' },
    entry: {
      to: addressed(open, decision.recipient),
      values,
      headers,
      tags: {
        contact: contact.contactId,
        campaign: campaignId,
        message: messageId,
        // SES owns Feedback-ID and builds it from these.
        'ses:feedback-id-a': campaignId,
        'ses:feedback-id-b': campaign.topic,
      },
    },
  }
}
