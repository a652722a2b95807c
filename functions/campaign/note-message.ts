import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { mailTag } from '../platform/mail-tag.ts'
import { type Tables, toItem } from '../platform/table.ts'
import { campaignIdSchema } from './campaign-record.ts'
import type { MailEvent, SentMail } from './mail-event.ts'
import { type Message, messageKey } from './message-record.ts'

type State = Message['state']
type Told = Extract<State, 'sent' | 'delivered' | 'bounced' | 'complained'>

/**
 * What SES can tell of a message, in the order in which it can come about, each with the states that it
 * follows: the database's condition. Whatever arrives late finds its place taken and moves nothing back.
 */
const unsure = ['planned', 'sending', 'unknown'] as const
const follows = {
  sent: unsure,
  delivered: [...unsure, 'sent'],
  // A server may take a mail and return it hours later.
  bounced: [...unsure, 'sent', 'delivered'],
  complained: [...unsure, 'sent', 'delivered', 'bounced'],
} as const satisfies Record<Told, readonly State[]>

const namedSchema = v.object({
  campaignId: campaignIdSchema,
  messageId: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
})

/** Which message of which campaign a mail was; undefined for a letter. */
function messageOf({ tags }: SentMail): v.InferOutput<typeof namedSchema> | undefined {
  const named = v.safeParse(namedSchema, {
    campaignId: tags[mailTag.campaign]?.[0],
    messageId: tags[mailTag.message]?.[0],
  })
  return named.success ? named.output : undefined
}

/**
 * Notes on the message what became of it, if it is still there: an erased person's is not made again.
 * @returns false when there is nothing to note: a letter, or known already.
 */
export async function noteMessage(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  event: MailEvent,
): Promise<boolean> {
  const state = stateOf(event)
  if (state === undefined || !('mail' in event)) return false
  const message = messageOf(event.mail)
  if (message === undefined) return false
  const before = follows[state].map((each, index): [string, State] => [`:s${index}`, each])
  try {
    await db.send(
      new UpdateItemCommand({
        TableName: main,
        Key: toItem(messageKey(message.campaignId, message.messageId)),
        UpdateExpression:
          'SET #state = :state, sesId = if_not_exists(sesId, :ses), sentAt = if_not_exists(sentAt, :sent)',
        ConditionExpression: `#state IN (${before.map(([name]) => name).join(', ')})`,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: toItem({
          ':state': state,
          ':ses': event.mail.messageId,
          ':sent': event.mail.timestamp.toISOString(),
          ...Object.fromEntries(before),
        }),
      }),
    )
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}

function stateOf(event: MailEvent): Told | undefined {
  switch (event.type) {
    case 'Send':
      return 'sent'
    case 'Delivery':
      return 'delivered'
    case 'Bounce':
      // SES has given up on this mail in any case; whether the mailbox is gone is another question.
      return 'bounced'
    case 'Complaint':
      return event.complaint.complaintFeedbackType === 'not-spam' ? undefined : 'complained'
    default:
      return undefined
  }
}
