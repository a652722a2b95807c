import { decide } from '../consent/decide.ts'
import { inLanguage } from '../consent/policy.ts'
import { standingOf } from '../contact/contact.ts'
import { readStanding } from '../contact/contacts.ts'
import { listHeaders } from '../platform/list-headers.ts'
import { MailNotTakenError } from '../platform/mailer.ts'
import { noCampaign, unsubscribeToken } from '../platform/token-bodies.ts'
import { type Desk, frameOf, type LetterOutcome, post } from './desk.ts'
import { claim, unclaim } from './letter-claim.ts'
import { permitted } from './letter-recipient.ts'
import { welcomeLetter } from './welcome-letter.ts'

export type WelcomeMessage = { contactId: string; topic: string; ledgerId: string }

/** Longer than any queue or set-aside queue can still deliver the message. */
const claimedMs = 30 * 86_400_000

/**
 * The first mail of a confirmed topic, if the decision is still yes when it is about to leave
 * (UNSUB-15). Once per confirmation: a doubtful one is not repeated, since it is a courtesy and each
 * further mail of the topic carries the same links.
 */
export async function sendWelcome(desk: Desk, message: WelcomeMessage): Promise<LetterOutcome> {
  const { policy, keys, origin } = desk
  const { contactId, topic } = message
  const now = desk.clock()
  const standing = await readStanding(desk, contactId)
  if (standing === undefined) return { kind: 'none', because: 'no-contact' }
  const { contact, address } = standing
  const decision = decide(policy, standingOf(contact, address), topic, now)
  const declared = policy.topics[topic]
  if (!decision.may) return { kind: 'none', because: decision.because }
  if (declared === undefined) return { kind: 'none', because: 'undeclared' }
  const frame = frameOf(desk, contact.language)
  const token = await unsubscribeToken.mint(keys, { contactId, topic, campaign: noCampaign })
  const unsubscribeUrl = `${origin}/u/${token}`
  const letter = welcomeLetter(frame, {
    topic: declared,
    choice: decision.because,
    unsubscribeUrl,
    token,
  })
  const headers = listHeaders({
    unsubscribeUrl,
    name: inLanguage(policy, declared.name, ''),
    topic,
    domain: policy.mail.domain,
  })
  const claimed = { letterId: message.ledgerId, part: topic }
  const until = new Date(now.getTime() + claimedMs)
  if (!(await claim(desk.tables, claimed, { now, until })))
    return { kind: 'none', because: 'sent-before' }
  try {
    await post(desk, permitted(contact, decision.recipient), { frame, letter, headers })
  } catch (fault) {
    if (fault instanceof MailNotTakenError) await unclaim(desk.tables, claimed)
    throw fault
  }
  return { kind: 'sent' }
}
