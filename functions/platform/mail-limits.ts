/**
 * What SES accepts in one message, checked before it is asked: the local SES checks nothing, and the
 * real one answers some of it only after the mail is lost (UNSUB-14).
 */

const longestLine = 998

export const mailLimits = {
  /** SES: recipients per message. */
  recipients: 50,
  /** SES: custom headers per message. */
  headers: 15,
  /** SES: characters of a header's name and of its value. */
  headerName: 126,
  headerValue: 995,
  /** RFC 5322 §2.1.1: octets of a line, here `name: value` unfolded. */
  line: longestLine,
  /** Every SES interface takes 10 MB after encoding; beyond that SES slows the sender down. */
  bytes: 10_000_000,
  /** SES: characters of the values that fill a template for one person. */
  templateData: 262_144,
  /** Ours, of all values in one call: none is documented, and one that takes long may break off in doubt. */
  callData: 4_000_000,
} as const

export type MailLimit =
  | 'no-recipient'
  | 'recipients'
  | 'headers'
  | 'header-name'
  | 'header-value'
  | 'header-repeated'
  | 'subject'
  | 'body'
  | 'size'

/** A mail that must not be handed to SES; a fault of ours, never of the person. */
export class MailLimitError extends Error {
  override readonly name = 'MailLimitError'
  readonly limit: MailLimit
  constructor(limit: MailLimit) {
    super(`a mail is outside a limit of SES: ${limit}`)
    this.limit = limit
  }
}

export type MeasuredMail = {
  readonly to: readonly string[]
  readonly subject: string
  readonly html: string
  readonly text: string
  readonly headers: readonly { readonly name: string; readonly value: string }[]
}

/** @throws {MailLimitError} naming the first limit that is broken. */
export function checkMailLimits(mail: MeasuredMail): void {
  const broken = brokenLimit(mail)
  if (broken !== undefined) throw new MailLimitError(broken)
}

/** The first limit that is broken. */
export function brokenLimit({
  to,
  subject,
  html,
  text,
  headers,
}: MeasuredMail): MailLimit | undefined {
  if (to.length === 0) return 'no-recipient'
  if (to.length > mailLimits.recipients) return 'recipients'
  if (headers.length > mailLimits.headers) return 'headers'
  if (headers.some(({ name }) => !isHeaderName(name))) return 'header-name'
  if (headers.some((header) => !isHeaderValue(header))) return 'header-value'
  // SES refuses a second list header; no header of ours makes sense twice (UNSUB-01, UNSUB-13).
  const names = new Set(headers.map(({ name }) => name.toLowerCase()))
  if (names.size < headers.length) return 'header-repeated'
  if (subject === '' || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(subject)) return 'subject'
  if (encodedLength(subject) > longestLine) return 'subject'
  if (html === '' || text === '') return 'body'
  return messageBytes({ to, subject, html, text, headers }) > mailLimits.bytes ? 'size' : undefined
}

function isHeaderName(name: string): boolean {
  return name.length <= mailLimits.headerName && /^[\x21-\x39\x3b-\x7e]+$/.test(name)
}

function isHeaderValue({ name, value }: { name: string; value: string }): boolean {
  return (
    /^[\x20-\x7e]+$/.test(value) &&
    value.length <= mailLimits.headerValue &&
    `${name}: ${value}`.length <= mailLimits.line
  )
}

/** Octets of a text as RFC 2047 encoded words, or as it is when it is plain ASCII. */
function encodedLength(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  return Math.ceil(Buffer.byteLength(text) / 45) * 76
}

const base64Bytes = (text: string): number => Math.ceil(Buffer.byteLength(text) / 57) * 78
/** Room for what SES adds itself: its own headers, signatures and part boundaries. */
const frameBytes = 8_000

function messageBytes({ to, subject, html, text, headers }: MeasuredMail): number {
  const lines = [...to, ...headers.map(({ name, value }) => `${name}: ${value}`)]
  return (
    frameBytes +
    lines.reduce((sum, line) => sum + line.length + 2, 0) +
    encodedLength(subject) +
    base64Bytes(html) +
    base64Bytes(text)
  )
}
