import type { BulkEmailEntryResult, SendBulkEmailRequest } from '@aws-sdk/client-sesv2'
import { brokenLimit, type MailLimit } from './mail-limits.ts'
import { fill, placesOf } from './mail-template.ts'
import {
  type Addressee,
  type MailHeader,
  MailNotTakenError,
  mailbox,
  type Sender,
} from './mailer.ts'
import { type SendBulk, surelyNotSent } from './ses.ts'

/** One person's part of a mail that goes to many: who, and all that differs between them. */
export type BulkEntry<To extends Addressee> = {
  to: To
  values: Readonly<Record<string, string>>
  headers: readonly MailHeader[]
  /** Come back with each event of SES, and are shown to nobody. */
  tags: Readonly<Record<string, string>>
}
export type BulkMail<To extends Addressee> = {
  subject: string
  html: string
  text: string
  entries: readonly BulkEntry<To>[]
}
export type EntryOutcome =
  | { kind: 'sent'; sesId: string }
  /** The account is at a limit, or paused: the same mail may leave later. */
  | { kind: 'not-now' }
  | { kind: 'refused'; because: string }

/**
 * Hands one mail for many over, each addressed alone; outcomes by position.
 * @throws {MailNotTakenError} when none has left, as when one is `unsendable`; any other fault leaves
 * that open.
 */
export type BulkMailer<To extends Addressee> = (mail: BulkMail<To>) => Promise<EntryOutcome[]>

export function sesBulkMailer<To extends Addressee>(
  send: SendBulk,
  sender: Sender,
): BulkMailer<To> {
  const from = mailbox(sender.name, sender.from)
  return async (mail) => {
    for (const entry of mail.entries) {
      const because = unsendable(mail, entry)
      if (because !== undefined)
        throw new MailNotTakenError(`a mail of a batch is unsendable: ${because}`)
    }
    const results = await sent(send, {
      FromEmailAddress: from,
      ReplyToAddresses: [sender.replyTo],
      ConfigurationSetName: sender.configurationSet,
      DefaultContent: {
        Template: {
          TemplateContent: { Subject: mail.subject, Html: mail.html, Text: mail.text },
          TemplateData: '{}',
        },
      },
      BulkEmailEntries: mail.entries.map(({ to, values, headers, tags }) => ({
        Destination: { ToAddresses: [to.address] },
        ReplacementEmailContent: {
          ReplacementTemplate: { ReplacementTemplateData: JSON.stringify(values) },
        },
        ReplacementHeaders: headers.map(({ name, value }) => ({ Name: name, Value: value })),
        ReplacementTags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
      })),
    })
    return mail.entries.map((_, index) => outcomeOf(results[index]))
  }
}

/**
 * Why one person's part must not be handed to SES; undefined when it may. It is filled as SES will fill
 * it, so that a missing value, or a line too long, is found before anything leaves.
 */
export function unsendable<To extends Addressee>(
  { subject, html, text }: Omit<BulkMail<To>, 'entries'>,
  { to, values, headers }: BulkEntry<To>,
): MailLimit | 'value-missing' | undefined {
  const places = [subject, html, text].flatMap(placesOf)
  if (places.some((name) => values[name] === undefined)) return 'value-missing'
  return brokenLimit({
    to: [to.address],
    subject: fill(subject, values),
    html: fill(html, values),
    text: fill(text, values),
    headers,
  })
}

async function sent(
  send: SendBulk,
  request: SendBulkEmailRequest,
): Promise<readonly BulkEmailEntryResult[]> {
  try {
    return await send(request)
  } catch (cause) {
    if (surelyNotSent(cause)) throw new MailNotTakenError('SES took no mail of a batch', { cause })
    throw cause
  }
}

const passing = new Set([
  'ACCOUNT_THROTTLED',
  'ACCOUNT_DAILY_QUOTA_EXCEEDED',
  'ACCOUNT_SENDING_PAUSED',
  'CONFIGURATION_SET_SENDING_PAUSED',
  'TRANSIENT_FAILURE',
])

function outcomeOf(result: BulkEmailEntryResult | undefined): EntryOutcome {
  const { Status = 'FAILED', MessageId } = result ?? {}
  if (Status === 'SUCCESS') return { kind: 'sent', sesId: MessageId ?? '' }
  return passing.has(Status) ? { kind: 'not-now' } : { kind: 'refused', because: Status }
}
