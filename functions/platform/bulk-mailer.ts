import type {
  BulkEmailEntry,
  BulkEmailEntryResult,
  SendBulkEmailRequest,
} from '@aws-sdk/client-sesv2'
import { brokenLimit, type MailLimit, mailLimits } from './mail-limits.ts'
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
 * @throws {MailNotTakenError} when none has left and all may later, or one is `unsendable`; any other
 * fault leaves that open.
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
    const request = (BulkEmailEntries: BulkEmailEntry[]): SendBulkEmailRequest => ({
      FromEmailAddress: from,
      ReplyToAddresses: [sender.replyTo],
      ConfigurationSetName: sender.configurationSet,
      DefaultContent: {
        Template: {
          TemplateContent: { Subject: mail.subject, Html: mail.html, Text: mail.text },
          TemplateData: '{}',
        },
      },
      BulkEmailEntries,
    })
    const entries = mail.entries.map(({ to, values, headers, tags }) => ({
      Destination: { ToAddresses: [to.address] },
      ReplacementEmailContent: {
        ReplacementTemplate: { ReplacementTemplateData: JSON.stringify(values) },
      },
      ReplacementHeaders: headers.map(({ name, value }) => ({ Name: name, Value: value })),
      ReplacementTags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
    }))
    return handOver((some) => send(request(some)), entries)
  }
}

/**
 * Why one person's part must not be handed to SES; undefined when it may. It is filled as SES will fill
 * it, so that a missing value, or a line too long, is found before anything leaves.
 */
export function unsendable<To extends Addressee>(
  { subject, html, text }: Omit<BulkMail<To>, 'entries'>,
  { to, values, headers }: BulkEntry<To>,
): MailLimit | 'value-missing' | 'values' | undefined {
  const places = [subject, html, text].flatMap(placesOf)
  if (places.some((name) => values[name] === undefined)) return 'value-missing'
  if (JSON.stringify(values).length > mailLimits.templateData) return 'values'
  return brokenLimit({
    to: [to.address],
    subject: fill(subject, values),
    html: fill(html, values),
    text: fill(text, values),
    headers,
  })
}

/** Said of the whole call, and perhaps for one entry's sake, such as an address that SES cannot read. */
const ofSome = new Set(['BadRequestException', 'MessageRejected'])
/** What is said of an entry, or of the whole call, and true of each until somebody mends it. */
export const refusesAll: ReadonlySet<string> = new Set([
  'ACCOUNT_SUSPENDED',
  'CONFIGURATION_SET_NOT_FOUND',
  'INVALID_SENDING_POOL_NAME',
  'MAIL_FROM_DOMAIN_NOT_VERIFIED',
  'TEMPLATE_NOT_FOUND',
  'AccountSuspendedException',
  'MailFromDomainNotVerifiedException',
  'NotFoundException',
])

type Hand = (entries: BulkEmailEntry[]) => Promise<readonly BulkEmailEntryResult[]>

/**
 * One call, or two where it would be too large; and where SES refuses all of it for what may be the fault of
 * one, each half anew, down to that one: so one mail holds up no other, and no batch comes back for ever.
 */
async function handOver(send: Hand, entries: BulkEmailEntry[]): Promise<EntryOutcome[]> {
  if (entries.length > 1 && sizeOf(entries) > mailLimits.callData) return halves(send, entries)
  try {
    const results = await send(entries)
    return entries.map((_, index) => outcomeOf(results[index]))
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : ''
    const refused: EntryOutcome = { kind: 'refused', because: name }
    if (refusesAll.has(name)) return entries.map(() => refused)
    if (ofSome.has(name)) return entries.length > 1 ? halves(send, entries) : [refused]
    if (surelyNotSent(cause)) throw new MailNotTakenError('SES took no mail of a batch', { cause })
    throw cause
  }
}

const sizeOf = (entries: readonly BulkEmailEntry[]): number =>
  entries.reduce(
    (sum, { ReplacementEmailContent: content }) =>
      sum + (content?.ReplacementTemplate?.ReplacementTemplateData?.length ?? 0),
    0,
  )

async function halves(send: Hand, entries: BulkEmailEntry[]): Promise<EntryOutcome[]> {
  const middle = Math.ceil(entries.length / 2)
  const first = await handOver(send, entries.slice(0, middle))
  const rest = entries.slice(middle)
  const second = await handOver(send, rest).catch((fault: unknown): EntryOutcome[] => {
    // Of the first half some may have left, so nobody may say that none has.
    if (fault instanceof MailNotTakenError) return rest.map(() => ({ kind: 'not-now' }))
    throw fault
  })
  return [...first, ...second]
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
