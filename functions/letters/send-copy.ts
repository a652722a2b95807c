import { readOpenContact } from '../contact/contacts.ts'
import { copyEnd } from '../contact/copy-end.ts'
import { readOwnRequest } from '../contact/request-record.ts'
import { downloadToken } from '../platform/token-bodies.ts'
import { copyLetter } from './copy-letter.ts'
import { type Desk, frameOf, type LetterOutcome, post } from './desk.ts'
import { claim } from './letter-claim.ts'
import { known } from './letter-recipient.ts'

/**
 * While one delivery sends, no other does. Shorter than the queue waits before it delivers again what
 * a delivery that died had begun.
 */
const leaseMs = 60_000

/**
 * That the copy is ready, to the mailbox alone: no limit applies, and it is rather sent twice than
 * never. Whoever is being erased gets the notice of that instead.
 */
export async function sendCopy(
  desk: Desk,
  { contactId, requestId }: { contactId: string; requestId: string },
): Promise<LetterOutcome> {
  const now = desk.clock()
  const contact = await readOpenContact(desk, contactId)
  if (contact === undefined || contact.erasing) return { kind: 'none', because: 'no-contact' }
  const request = await readOwnRequest(desk.tables, contactId, { id: requestId, now })
  const expires = request && copyEnd(request)
  if (expires === undefined || expires <= now) return { kind: 'none', because: 'over' }
  const sent = { letterId: requestId, part: 'copy' }
  const lease = new Date(now.getTime() + leaseMs)
  if (!(await claim(desk.tables, sent, { now, until: lease }))) {
    return { kind: 'none', because: 'sent-before' }
  }
  const frame = frameOf(desk, contact.language)
  const { generation } = contact
  const token = await downloadToken.mint(desk.keys, { requestId, generation, expires })
  await post(desk, known(contact), { frame, letter: copyLetter(frame, { token, expires }) })
  await claim(desk.tables, sent, { now: lease, until: expires })
  return { kind: 'sent' }
}
