import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { mailTag } from '../platform/mail-tag.ts'
import { readTogether, type Tables, toItem, transact } from '../platform/table.ts'
import { campaignIdSchema } from './campaign-record.ts'
import { difference } from './figures.ts'
import { figureWrites } from './figures-record.ts'
import type { MailEvent, SentMail } from './mail-event.ts'
import { messageFigures } from './message-figures.ts'
import { type Message, messageKey, parseMessage, unchangedSince } from './message-record.ts'

type State = Message['state']
type Told = Extract<State, 'sent' | 'delivered' | 'failed' | 'bounced' | 'complained'>

/**
 * What SES can tell of a message, in the order in which it can come about, each with the states that it
 * follows: the database's condition. Whatever arrives late finds its place taken and moves nothing back.
 */
const unsure = ['planned', 'sending', 'unknown'] as const
const follows = {
  sent: unsure,
  delivered: [...unsure, 'sent'],
  // SES took it and then threw it away.
  failed: [...unsure, 'sent'],
  // A server may take a mail and return it hours later.
  bounced: [...unsure, 'sent', 'delivered'],
  complained: [...unsure, 'sent', 'delivered', 'bounced'],
} as const satisfies Record<Told, readonly State[]>

const namedSchema = v.object({
  campaignId: campaignIdSchema,
  messageId: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
})

type Named = v.InferOutput<typeof namedSchema>

/** Which message of which campaign a mail was; undefined for a letter. */
export function messageOf({ tags }: SentMail): Named | undefined {
  const named = v.safeParse(namedSchema, {
    campaignId: tags[mailTag.campaign]?.[0],
    messageId: tags[mailTag.message]?.[0],
  })
  return named.success ? named.output : undefined
}

/**
 * Notes on the message what became of it, and in its campaign's figures, both or neither. An erased
 * person's is not made again.
 */
export async function noteMessage(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  event: MailEvent,
): Promise<void> {
  const named = 'mail' in event ? messageOf(event.mail) : undefined
  if (named === undefined || stateOf(event) === undefined) return
  const key = messageKey(named.campaignId, named.messageId)
  let [item] = await readTogether(db, [{ table: main, key }])
  for (;;) {
    if (item === undefined) return
    const before = parseMessage(item)
    const after = messageAfter(before, event)
    if (after === undefined) return
    const outcome = await transact(db, [
      { Update: messageUpdate(main, named, { before, after }) },
      ...figureWrites(main, {
        campaignId: named.campaignId,
        spread: named.messageId,
        totals: difference(messageFigures(before), messageFigures(after)),
        ttl: before.ttl,
      }),
    ])
    if (outcome.kind === 'written') return
    item = outcome.standing[0]?.item
  }
}

/** The message once the event is known; undefined where it tells nothing new. */
function messageAfter(before: Message, event: MailEvent): Message | undefined {
  const told = stateOf(event)
  if (told === undefined || !('mail' in event)) return undefined
  const follow: readonly State[] = follows[told]
  const state = follow.includes(before.state) ? told : before.state
  const bounce = bounceAfter(before, event)
  if (state === before.state && bounce === before.bounce) return undefined
  return {
    ...before,
    state,
    ...(bounce === undefined ? {} : { bounce }),
    sesId: before.sesId ?? event.mail.messageId,
    sentAt: before.sentAt ?? event.mail.timestamp.toISOString(),
  }
}

/** Of two bounces the one that says more stands, whichever came first. */
function bounceAfter({ state, bounce }: Message, event: MailEvent): Message['bounce'] {
  if (
    event.type !== 'Bounce' ||
    !(follows.bounced.some((each) => each === state) || state === 'bounced')
  ) {
    return bounce
  }
  return event.bounce.bounceType === 'Permanent' ? 'permanent' : (bounce ?? 'transient')
}

function messageUpdate(
  main: string,
  { campaignId, messageId }: Named,
  { before, after: { state, bounce, sesId, sentAt } }: { before: Message; after: Message },
): NonNullable<TransactWriteItem['Update']> {
  return {
    TableName: main,
    Key: toItem(messageKey(campaignId, messageId)),
    UpdateExpression: `SET #state = :state, sesId = :ses, sentAt = :sent${bounce === undefined ? '' : ', bounce = :bounce'} ADD revision :one`,
    ConditionExpression: unchangedSince(before),
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: toItem({
      ':state': state,
      ':ses': sesId,
      ':sent': sentAt,
      ':bounce': bounce,
      ':one': 1,
      ':revision': before.revision,
    }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  }
}

function stateOf(event: MailEvent): Told | undefined {
  switch (event.type) {
    case 'Send':
      return 'sent'
    case 'Delivery':
      return 'delivered'
    case 'Reject':
    case 'Rendering Failure':
    case 'RenderingFailure':
      return 'failed'
    case 'Bounce':
      // SES has given up on this mail in any case; whether the mailbox is gone is another question.
      return 'bounced'
    case 'Complaint':
      return event.complaint.complaintFeedbackType === 'not-spam' ? undefined : 'complained'
    default:
      return undefined
  }
}
