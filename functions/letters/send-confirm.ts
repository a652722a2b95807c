import { type OpenSignUp, readSignUp, signUpItemKey } from '../contact/sign-up-record.ts'
import { toItem, transact } from '../platform/table.ts'
import { confirmToken } from '../platform/token-bodies.ts'
import { confirmLetter } from './confirm-letter.ts'
import { type Hold, hold, pauseLeft, releaseUpdate } from './cool-down.ts'
import { type Desk, frameOf, type LetterOutcome, post } from './desk.ts'
import { signedUp } from './letter-recipient.ts'
import { readMailbox } from './mailbox.ts'
import { takeTurns } from './rate.ts'

/**
 * The confirmation of a sign-up. Of several for one address only the latest is mailed, and one that
 * must wait is never dropped for it (SEC-09). An objection, complaint or erasure is no obstacle: this
 * letter is how the person themself comes back (UNSUB-18, CONS-16).
 */
export async function sendConfirm(
  desk: Desk,
  { signUpId }: { signUpId: string },
): Promise<LetterOutcome> {
  const now = desk.clock()
  const signUp = await readSignUp(desk, signUpId, now)
  if (signUp === undefined) return { kind: 'none', because: 'over' }
  if (signUp.mailedAt !== undefined) return { kind: 'none', because: 'sent-before' }
  if (signUp.topics.length + signUp.purposes.length === 0) {
    return { kind: 'none', because: 'nothing-asked' }
  }
  const { addressKey, network } = signUp
  const mailbox = await readMailbox(desk.tables, addressKey)
  if ((mailbox.latestSignUp ?? signUpId) !== signUpId)
    return { kind: 'none', because: 'superseded' }
  if (mailbox.bounced) return { kind: 'none', because: 'bounced' }
  const pause = pauseLeft('confirm', mailbox.confirm, now)
  if (pause > 0) return { kind: 'later', ms: pause }
  const turn = await takeTurns(
    desk.tables,
    [{ rate: 'confirmNetwork', of: network }, { rate: 'confirmMinute' }, { rate: 'confirmDay' }],
    now,
  )
  if (turn > 0) return { kind: 'later', ms: turn }
  const frame = frameOf(desk, signUp.language)
  const letter = confirmLetter(frame, await confirmToken.mint(desk.keys, { signUpId }))
  const held = await hold(desk.tables, { addressKey, kind: 'confirm', seen: mailbox }, now)
  if (held === undefined) return { kind: 'later', ms: 1000 }
  await post(desk, signedUp(signUp), { frame, letter })
  await recordMailed(desk, signUp, held)
  return { kind: 'sent' }
}

/**
 * When the letter left is half of the evidence (REC-01). A sign-up that was confirmed, erased or ran
 * out in this very moment is left as it is: then its address stays held until the lease runs out.
 */
async function recordMailed(desk: Desk, { signUpId }: OpenSignUp, held: Hold): Promise<void> {
  const { tables } = desk
  await transact(tables.db, [
    {
      Update: {
        TableName: tables.main,
        Key: toItem(signUpItemKey(signUpId)),
        UpdateExpression: 'SET mailedAt = :at',
        ConditionExpression: 'attribute_exists(sealed)',
        ExpressionAttributeValues: toItem({ ':at': desk.clock().toISOString() }),
      },
    },
    { Update: releaseUpdate(tables, held) },
  ])
}
