import type { Policy } from '../consent/policy.ts'
import type { PersonStore } from '../contact/contacts.ts'
import type { Mailer, MailHeader } from '../platform/mailer.ts'
import { oneLine } from '../platform/one-line.ts'
import { type Frame, frameFor, type Letter } from './letter.ts'
import { letterHtml } from './letter-html.ts'
import type { LetterRecipient } from './letter-recipient.ts'
import { letterText } from './letter-text.ts'

/** All that writing and sending a letter needs. */
export type Desk = PersonStore & {
  policy: Policy
  origin: string
  mailer: Mailer<LetterRecipient>
  clock: () => Date
}

export type LetterOutcome =
  | { kind: 'sent' }
  /** Nobody is to get one; not a fault. */
  | { kind: 'none'; because: string }
  /** It leaves later: the same message, after this long. */
  | { kind: 'later'; ms: number }

export const frameOf = ({ policy, origin }: Desk, language: string): Frame =>
  frameFor(policy, origin, language)

/** RFC 3834 §5: no absence note or ticket system need answer. */
const automatic: MailHeader = { name: 'Auto-Submitted', value: 'auto-generated' }

type Posted = {
  frame: Frame
  letter: Letter
  headers?: MailHeader[]
  tags?: Readonly<Record<string, string>>
}

/** To one person at a time: nobody sees another's address. */
export function post(
  { mailer }: Desk,
  to: LetterRecipient,
  { frame, letter, headers = [], tags = {} }: Posted,
): Promise<void> {
  return mailer({
    to: [to],
    subject: oneLine(letter.subject),
    html: letterHtml(frame, letter),
    text: letterText(frame, letter),
    headers: [...headers, automatic],
    tags,
  })
}
