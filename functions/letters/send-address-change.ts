import { findAddressChange } from '../contact/address-change.ts'
import { confirmToken } from '../platform/token-bodies.ts'
import { addressChangeLetter } from './address-letters.ts'
import { hold, pauseLeft, release } from './cool-down.ts'
import { type Desk, frameOf, type LetterOutcome, post } from './desk.ts'
import { wished } from './letter-recipient.ts'
import { readMailbox } from './mailbox.ts'
import { takeTurns } from './rate.ts'

/**
 * The question to a new address, whoever it belongs to by now: what comes of it is decided when it is
 * answered (SEC-08). It counts as a confirmation of that mailbox, so that nobody can be mailed at will
 * by somebody who keeps changing their address (SEC-09).
 */
export async function sendAddressChange(
  desk: Desk,
  { changeId }: { changeId: string },
): Promise<LetterOutcome> {
  const now = desk.clock()
  const found = await findAddressChange(desk, changeId, now)
  if (found.kind !== 'pending') return { kind: 'none', because: 'over' }
  const { contact, change } = found
  const { addressKey } = change
  if (contact.erasing) return { kind: 'none', because: 'erasing' }
  const mailbox = await readMailbox(desk.tables, addressKey)
  if (mailbox.bounced) return { kind: 'none', because: 'bounced' }
  const pause = pauseLeft('confirm', mailbox.confirm, now)
  if (pause > 0) return { kind: 'later', ms: pause }
  const turn = await takeTurns(
    desk.tables,
    [{ rate: 'confirmMinute' }, { rate: 'confirmDay' }],
    now,
  )
  if (turn > 0) return { kind: 'later', ms: turn }
  const frame = frameOf(desk, contact.language)
  const token = await confirmToken.mint(desk.keys, { signUpId: changeId })
  const held = await hold(desk.tables, { addressKey, kind: 'confirm', seen: mailbox }, now)
  if (held === undefined) return { kind: 'later', ms: 1000 }
  await post(desk, wished(change), { frame, letter: addressChangeLetter(frame, token) })
  await release(desk.tables, held)
  return { kind: 'sent' }
}
