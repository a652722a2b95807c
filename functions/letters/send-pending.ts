import { deletePendingLetter, readPendingLetter } from '../contact/pending-letter.ts'
import { type Desk, frameOf, type LetterOutcome, post } from './desk.ts'
import type { Frame, Letter } from './letter.ts'
import { claim } from './letter-claim.ts'
import { kept } from './letter-recipient.ts'

/**
 * While one delivery sends, another of the same message waits this long. The claim is left to lapse:
 * one that read the letter just before it was gone must not find the way free.
 */
const leaseMs = 60_000

/**
 * A letter to an address that no contact has any more, such as the notice of erasure (RIGHT-12). No
 * limit applies to it, and it is rather sent twice than never: it counts as sent only once the
 * address is gone.
 */
export async function sendPending(
  desk: Desk,
  { letterId }: { letterId: string },
  letterFor: (frame: Frame) => Letter,
): Promise<LetterOutcome> {
  const now = desk.clock()
  const letter = await readPendingLetter(desk, letterId, now)
  if (letter === undefined) return { kind: 'none', because: 'over' }
  const until = new Date(now.getTime() + leaseMs)
  const mine = await claim(desk.tables, { letterId, part: 'sending' }, { now, until })
  if (!mine) return { kind: 'later', ms: leaseMs }
  const frame = frameOf(desk, letter.language)
  await post(desk, kept(letter), { frame, letter: letterFor(frame) })
  await deletePendingLetter(desk.tables, letterId)
  return { kind: 'sent' }
}
