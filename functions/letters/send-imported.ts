import { readImport } from '../audience/import-record.ts'
import { decide, type Recipient } from '../consent/decide.ts'
import { inLanguage } from '../consent/policy.ts'
import { standingOf } from '../contact/contact.ts'
import { readStanding } from '../contact/contacts.ts'
import { listHeaders } from '../platform/list-headers.ts'
import { MailNotTakenError } from '../platform/mailer.ts'
import { noCampaign, unsubscribeToken } from '../platform/token-bodies.ts'
import { type Desk, frameOf, type LetterOutcome, post } from './desk.ts'
import { type ImportedTopic, importedLetter } from './imported-letter.ts'
import { claim, unclaim } from './letter-claim.ts'
import { permitted } from './letter-recipient.ts'

export type ImportedMessage = { contactId: string; importId: string; ledgerId: string }

/** Longer than any queue or set-aside queue can still deliver the message. */
const claimedMs = 30 * 86_400_000

type Wanted = ImportedTopic & { id: string; recipient: Recipient }

/**
 * Tells an imported person where we have them from, once for each entry that an import made of them; not if
 * they may not be mailed any more when it is about to leave, or said something themself in the meantime.
 */
export async function sendImported(desk: Desk, message: ImportedMessage): Promise<LetterOutcome> {
  const { policy, tables } = desk
  const { contactId, ledgerId } = message
  const now = desk.clock()
  const standing = await readStanding(desk, contactId)
  if (standing === undefined) return { kind: 'none', because: 'no-contact' }
  const stored = await readImport(tables, message.importId, now)
  if (stored === undefined) return { kind: 'none', because: 'over' }
  const [first, ...others] = await importedTopics(desk, standing, { ledgerId, now })
  if (first === undefined) return { kind: 'none', because: 'overtaken' }
  const { contact } = standing
  const frame = frameOf(desk, contact.language)
  const { source, evidence } = stored.record.declaration
  const letter = importedLetter(frame, {
    source,
    evidence: evidence.kind,
    topics: [first, ...others],
  })
  const headers = listHeaders({
    unsubscribeUrl: first.unsubscribeUrl,
    name: inLanguage(policy, first.name, ''),
    topic: first.id,
    domain: policy.mail.domain,
  })
  const claimed = { letterId: ledgerId, part: 'imported' }
  const until = new Date(now.getTime() + claimedMs)
  if (!(await claim(tables, claimed, { now, until }))) {
    return { kind: 'none', because: 'sent-before' }
  }
  try {
    await post(desk, permitted(contact, first.recipient), { frame, letter, headers })
  } catch (fault) {
    if (fault instanceof MailNotTakenError) await unclaim(tables, claimed)
    throw fault
  }
  return { kind: 'sent' }
}

/** The topics that this entry turned on and that are on now, each with its own way out. */
async function importedTopics(
  { policy, keys, origin }: Desk,
  { contact, address }: NonNullable<Awaited<ReturnType<typeof readStanding>>>,
  { ledgerId, now }: { ledgerId: string; now: Date },
): Promise<Wanted[]> {
  const { contactId } = contact
  const topics: Wanted[] = []
  for (const [id, { name, description }] of Object.entries(policy.topics)) {
    const decision = decide(policy, standingOf(contact, address), id, now)
    if (!decision.may || decision.because.ledgerId !== ledgerId) continue
    const token = await unsubscribeToken.mint(keys, { contactId, topic: id, campaign: noCampaign })
    topics.push({
      id,
      name,
      description,
      token,
      unsubscribeUrl: `${origin}/u/${token}`,
      choice: decision.because,
      recipient: decision.recipient,
    })
  }
  return topics
}
