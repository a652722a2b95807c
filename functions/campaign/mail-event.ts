import * as v from 'valibot'
import { idSchema } from '../platform/id.ts'
import { mailTag } from '../platform/mail-tag.ts'

/**
 * What SES says became of a mail, as its topic hands it over. Two shapes of one thing: event publishing
 * names it `eventType`, feedback notifications name it `notificationType`; a parser that knows one of
 * them alone loses complaints (listmonk). Only what is used is read: the rest holds names and tokens.
 */
const time = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.transform((text) => new Date(text)),
)
const tags = v.optional(v.record(v.string(), v.array(v.string())), {})
const mail = v.object({
  timestamp: time,
  messageId: v.string(),
  destination: v.array(v.string()),
  tags,
})
export type SentMail = v.InferOutput<typeof mail>

const recipients = v.array(v.object({ emailAddress: v.string() }))
const bounce = v.object({
  bounceType: v.picklist(['Permanent', 'Transient', 'Undetermined']),
  bouncedRecipients: recipients,
  timestamp: time,
  feedbackId: v.pipe(v.string(), v.maxLength(200)),
})
const complaint = v.object({
  complainedRecipients: recipients,
  timestamp: time,
  /** What the mailbox provider calls it; `not-spam` takes a complaint back. */
  complaintFeedbackType: v.nullish(v.string()),
  complaintSubType: v.nullish(v.string()),
})
const delivery = v.object({ timestamp: time })

const events = v.variant('type', [
  v.object({ type: v.literal('Send'), mail }),
  v.object({ type: v.literal('Delivery'), mail, delivery }),
  v.object({ type: v.literal('DeliveryDelay'), mail }),
  v.object({ type: v.literal('Bounce'), mail, bounce }),
  v.object({ type: v.literal('Complaint'), mail, complaint }),
  v.object({ type: v.literal('Reject'), mail }),
  // With a space in what is published, without one where it is asked for.
  v.object({ type: v.picklist(['Rendering Failure', 'RenderingFailure']), mail }),
  v.object({ type: v.literal('Subscription'), mail }),
  v.object({ type: v.literal('AmazonSnsSubscriptionSucceeded') }),
])

const published = v.pipe(
  v.looseObject({
    eventType: v.optional(v.string()),
    notificationType: v.optional(v.string()),
  }),
  v.transform(({ eventType, notificationType, ...rest }) => ({
    ...rest,
    type: eventType ?? notificationType,
  })),
  events,
)

/** What SES sends, once, to a topic that it was just told to publish to: a sentence, no JSON. */
const greeting = v.pipe(
  v.string(),
  v.startsWith('Successfully validated SNS topic'),
  v.transform(() => ({ type: 'Greeting' as const })),
)

/** The body of one message of the queue. */
export const mailEvent = v.union([v.pipe(v.string(), v.parseJson(), published), greeting])
export type MailEvent = v.InferOutput<typeof mailEvent>
export type BounceEvent = Extract<MailEvent, { type: 'Bounce' }>
export type ComplaintEvent = Extract<MailEvent, { type: 'Complaint' }>

/** The contact that the mail was written to, by our own tag; undefined where there was none. */
export function contactOf({ tags }: SentMail): string | undefined {
  const told = v.safeParse(idSchema, tags[mailTag.contact]?.[0])
  return told.success ? told.output : undefined
}

/**
 * To whom the mail had gone, of those that the event is about. Where it went to one, it is that one:
 * a bounce names the last mailbox of a forwarding, which may be somebody's of whom we know nothing.
 */
export function addressesOf(
  { destination }: SentMail,
  named: readonly { emailAddress: string }[],
): string[] {
  if (destination.length === 1) return [...destination]
  const about = new Set(named.map(({ emailAddress }) => emailAddress.toLowerCase()))
  return destination.filter((address) => about.has(address.toLowerCase()))
}

/** When it happened: not before the mail was sent, and not in the future, whatever a provider says. */
export function happenedAt({ timestamp }: SentMail, said: Date, now: Date): Date {
  return new Date(Math.min(now.getTime(), Math.max(timestamp.getTime(), said.getTime())))
}
