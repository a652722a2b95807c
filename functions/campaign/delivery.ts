import type { ContactStore } from '../contact/contacts.ts'
import type { Log } from '../platform/log.ts'
import { mailTag } from '../platform/mail-tag.ts'
import { bounceFor } from './bounce.ts'
import { type BreakerDesk, breakCircuit } from './circuit-breaker.ts'
import { type Complaint, complaintFor, complaintOf } from './complaint.ts'
import {
  addressesOf,
  type BounceEvent,
  type ComplaintEvent,
  contactOf,
  happenedAt,
  type MailEvent,
} from './mail-event.ts'
import { noteLetter } from './note-letter.ts'
import { messageOf, noteMessage } from './note-message.ts'
import { noteSoftBounce } from './soft-bounce.ts'

export type DeliveryDesk = ContactStore &
  BreakerDesk & {
    log: Log
    /** Told of each mail that SES took and then did not send: nobody else would notice. */
    lost: () => void
  }

/**
 * One event of a mail, whatever came before it: events arrive at least once and in no order, so each is
 * written such that a second time, or a later one arriving first, ends in the same (SEND-05).
 */
export async function noteMailEvent(desk: DeliveryDesk, event: MailEvent): Promise<void> {
  // First what protects the person: the message can be noted once more.
  const outcome = await outcomeOf(desk, event)
  await noteMessage(desk.tables, event)
  await noteLetter(desk.tables, event, desk.clock())
  if (isRejection(event)) {
    const of = messageOf(event.mail)
    if (of !== undefined) await breakCircuit(desk, of.campaignId)
  }
  desk.log.info('a mail event', { kind: event.type, outcome })
}

async function outcomeOf(desk: DeliveryDesk, event: MailEvent): Promise<string> {
  switch (event.type) {
    case 'Complaint':
      return noteComplaint(desk, event)
    case 'Bounce':
      return noteBounce(desk, event)
    case 'Reject':
    case 'Rendering Failure':
    case 'RenderingFailure':
      desk.lost()
      return 'lost'
    case 'Send':
    case 'Delivery':
    case 'DeliveryDelay':
    // SES's own lists are not ours; nobody can leave one.
    case 'Subscription':
    case 'AmazonSnsSubscriptionSucceeded':
    case 'Greeting':
      return 'noted'
  }
}

/** What counts against a campaign (SEND-06). */
function isRejection(event: MailEvent): event is BounceEvent | ComplaintEvent {
  return (
    event.type === 'Complaint' ||
    (event.type === 'Bounce' && event.bounce.bounceType === 'Permanent')
  )
}

async function noteComplaint(
  desk: DeliveryDesk,
  { mail, complaint: { complainedRecipients, timestamp, ...complaint } }: ComplaintEvent,
): Promise<string> {
  if (complaint.complaintFeedbackType === 'not-spam') return 'taken-back'
  const now = desk.clock()
  const of: Complaint = {
    at: happenedAt(mail, timestamp, now),
    now,
    remembered: complaint.complaintSubType === 'OnAccountSuppressionList',
    campaign: mail.tags[mailTag.campaign]?.[0],
  }
  const contactId = contactOf(mail)
  const outcomes = [contactId === undefined ? undefined : await complaintOf(desk, contactId, of)]
  // The mailbox, too: the contact may be gone, or have moved on, and others read what comes there.
  for (const email of addressesOf(mail, complainedRecipients)) {
    outcomes.push(await complaintFor(desk, email, of))
  }
  return summary(outcomes)
}

async function noteBounce(
  desk: DeliveryDesk,
  { mail, bounce: { bounceType, bouncedRecipients, timestamp, feedbackId } }: BounceEvent,
): Promise<string> {
  const now = desk.clock()
  const at = happenedAt(mail, timestamp, now)
  const outcomes: string[] = []
  for (const email of addressesOf(mail, bouncedRecipients)) {
    outcomes.push(
      bounceType === 'Permanent'
        ? await bounceFor(desk, email, { at, now })
        : await noteSoftBounce(desk, email, { at, now, feedbackId }),
    )
  }
  return summary(outcomes)
}

/** One word for the log: what has changed, if anything has. */
function summary(outcomes: readonly (string | undefined)[]): string {
  const told = outcomes.filter((outcome) => outcome !== undefined)
  return told.find((outcome) => outcome !== 'stood') ?? told[0] ?? 'nobody'
}
