import * as v from 'valibot'
import { noteRequestLetter } from '../contact/request-letters.ts'
import { type LetterOutcome, requestLetters } from '../contact/request-record.ts'
import { idSchema } from '../platform/id.ts'
import { mailTag } from '../platform/mail-tag.ts'
import type { Tables } from '../platform/table.ts'
import { happenedAt, type MailEvent, type SentMail } from './mail-event.ts'

const tagged = v.object({ requestId: idSchema, letter: v.picklist(requestLetters) })

/** Which letter about which request a mail was, by our own tags; undefined for any other mail. */
function letterOf({ tags }: SentMail): v.InferOutput<typeof tagged> | undefined {
  const [requestId, letter] = [tags[mailTag.request]?.[0], tags[mailTag.letter]?.[0]]
  const told = v.safeParse(tagged, { requestId, letter })
  return told.success ? told.output : undefined
}

/** Notes with a request what became of a letter about it. */
export async function noteLetter(
  tables: Pick<Tables, 'db' | 'main'>,
  event: MailEvent,
  now: Date,
): Promise<void> {
  const told = toldBy(event)
  const of = told && letterOf(told.mail)
  if (told === undefined || of === undefined) return
  const { mail, outcome, said } = told
  await noteRequestLetter(tables, { ...of, outcome, at: happenedAt(mail, said, now) })
}

type Told = { mail: SentMail; outcome: LetterOutcome; said: Date }

function toldBy(event: MailEvent): Told | undefined {
  switch (event.type) {
    case 'Delivery':
      return { mail: event.mail, outcome: 'delivered', said: event.delivery.timestamp }
    // Whoever complains of it has got it.
    case 'Complaint':
      return { mail: event.mail, outcome: 'delivered', said: event.complaint.timestamp }
    case 'Bounce': {
      const { bounceType, timestamp } = event.bounce
      // An absence note is told as a soft one, too: it does not outweigh a delivery.
      const outcome = bounceType === 'Permanent' ? 'bounced' : 'soft-bounced'
      return { mail: event.mail, outcome, said: timestamp }
    }
    case 'Reject':
    case 'Rendering Failure':
    case 'RenderingFailure':
      return { mail: event.mail, outcome: 'bounced', said: event.mail.timestamp }
    case 'Send':
    case 'DeliveryDelay':
    case 'Subscription':
    case 'AmazonSnsSubscriptionSucceeded':
    case 'Greeting':
      return undefined
  }
}
