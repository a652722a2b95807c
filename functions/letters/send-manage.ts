import { randomBytes } from 'node:crypto'
import { readOpenContact } from '../contact/contacts.ts'
import { readAddress } from '../contact/suppression.ts'
import { manageToken } from '../platform/token-bodies.ts'
import { hold, pauseLeft, release } from './cool-down.ts'
import { type Desk, frameOf, type LetterOutcome, post } from './desk.ts'
import { known } from './letter-recipient.ts'
import { readMailbox } from './mailbox.ts'
import { manageLetter } from './manage-letter.ts'
import { takeTurns } from './rate.ts'

export type Asked = { askedAt: Date; network?: string | undefined }

/** For an address that somebody typed: an unknown one gets nothing, and nobody can tell (SEC-08). */
export async function sendManageByAddress(
  desk: Desk,
  addressKeys: readonly string[],
  asked: Asked,
): Promise<LetterOutcome> {
  const { contactId } = await readAddress(desk.tables, addressKeys)
  if (contactId === undefined) return { kind: 'none', because: 'no-contact' }
  return sendManage(desk, contactId, asked)
}

/**
 * The link to one's choices. What keeps marketing away never keeps this away (UNSUB-18); asking often
 * delays it, and one letter answers everything asked for before it left (SEC-09).
 */
export async function sendManage(
  desk: Desk,
  contactId: string,
  { askedAt, network }: Asked,
): Promise<LetterOutcome> {
  const now = desk.clock()
  const contact = await readOpenContact(desk, contactId)
  if (contact === undefined) return { kind: 'none', because: 'no-contact' }
  const { addressKey, generation } = contact
  const mailbox = await readMailbox(desk.tables, addressKey)
  if (mailbox.bounced) return { kind: 'none', because: 'bounced' }
  const { at, lease } = mailbox.manage
  if (lease === undefined && at !== undefined && at >= askedAt) {
    return { kind: 'none', because: 'sent-before' }
  }
  const pause = pauseLeft('manage', mailbox.manage, now)
  if (pause > 0) return { kind: 'later', ms: pause }
  const turn = await takeTurns(
    desk.tables,
    [
      ...(network === undefined ? [] : [{ rate: 'manageNetwork', of: network } as const]),
      { rate: 'manageMinute' },
    ],
    now,
  )
  if (turn > 0) return { kind: 'later', ms: turn }
  const frame = frameOf(desk, contact.language)
  const nonce = randomBytes(8).toString('hex')
  const link = { contactId, generation, issued: now, nonce }
  const letter = manageLetter(frame, await manageToken.mint(desk.keys, link))
  const held = await hold(desk.tables, { addressKey, kind: 'manage', seen: mailbox }, now)
  if (held === undefined) return { kind: 'later', ms: 1000 }
  await post(desk, known(contact), { frame, letter })
  await release(desk.tables, held)
  return { kind: 'sent' }
}
