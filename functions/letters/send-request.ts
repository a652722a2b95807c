import { randomBytes } from 'node:crypto'
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { readOpenContact } from '../contact/contacts.ts'
import { noteRequestLetter } from '../contact/request-letters.ts'
import { readRequest, requestItemKey } from '../contact/request-record.ts'
import { readSaid } from '../contact/request-words.ts'
import { addressItemKey, parseAddressRecord } from '../contact/suppression.ts'
import { mailTag } from '../platform/mail-tag.ts'
import { MailNotTakenError } from '../platform/mailer.ts'
import { readTogether, toItem } from '../platform/table.ts'
import { manageToken } from '../platform/token-bodies.ts'
import { type Desk, frameOf, type LetterOutcome, post } from './desk.ts'
import { claim, unclaim } from './letter-claim.ts'
import { known } from './letter-recipient.ts'
import { type RequestLetter, requestLetter } from './request-letter.ts'

/** Longer than any queue or set-aside queue can still deliver the message. */
const claimedMs = 30 * 86_400_000

/**
 * The letter about a request, as it stands now; once for each way it can stand. Neither an objection
 * nor a restriction is an obstacle: it is what the person asked for (UNSUB-18). An erasure's letter is
 * the notice that it is done.
 */
export async function sendRequest(
  desk: Desk,
  { about, requestId }: Pick<RequestLetter, 'about'> & { requestId: string },
): Promise<LetterOutcome> {
  const { tables, keys } = desk
  const now = desk.clock()
  const request = await readRequest(tables, requestId, now)
  if (request?.contactId === undefined) return { kind: 'none', because: 'over' }
  const contact = await readOpenContact(desk, request.contactId)
  if (contact === undefined || contact.erasing) return { kind: 'none', because: 'no-contact' }
  const { contactId, addressKey, generation, language } = contact
  const [address] = await readTogether(tables.db, [
    { table: tables.main, key: addressItemKey(addressKey) },
  ])
  if (parseAddressRecord(addressKey, address).suppressions.bounce !== undefined) {
    const letter = about === 'standing' ? request.status : about
    await noteRequestLetter(tables, { requestId, letter, outcome: 'not-sent', at: now })
    return { kind: 'none', because: 'bounced' }
  }
  const frame = frameOf(desk, language)
  const nonce = randomBytes(8).toString('hex')
  const token = await manageToken.mint(keys, { contactId, generation, issued: now, nonce })
  const said = await readSaid(desk, request)
  const part = about === 'standing' ? request.status : about
  const claimed = { letterId: requestId, part }
  const until = new Date(now.getTime() + claimedMs)
  if (!(await claim(tables, claimed, { now, until }))) {
    return { kind: 'none', because: 'sent-before' }
  }
  await noteRequestLetter(tables, { requestId, letter: part, outcome: 'not-known', at: now })
  try {
    const letter = requestLetter(frame, { request, about, said, token })
    const tags = { [mailTag.request]: requestId, [mailTag.letter]: part }
    await post(desk, known(contact), { frame, letter, tags })
  } catch (fault) {
    if (fault instanceof MailNotTakenError) await unclaim(tables, claimed)
    throw fault
  }
  if (about === 'lifting') await noteTold(desk, requestId)
  return { kind: 'sent' }
}

/** Only now may the restriction be lifted (GDPR art. 18(3)). */
async function noteTold({ tables, clock }: Desk, requestId: string): Promise<void> {
  await tables.db.send(
    new UpdateItemCommand({
      TableName: tables.main,
      Key: toItem(requestItemKey(requestId)),
      UpdateExpression: 'SET liftToldAt = :at',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: toItem({ ':at': clock().toISOString() }),
    }),
  )
}
