import { checkMailLimits } from './mail-limits.ts'
import { mailTag } from './mail-tag.ts'
import { oneLine } from './one-line.ts'
import { type SendEmail, surelyNotSent } from './ses.ts'

/**
 * Someone a mail may be addressed to. Nominal through its private field, and abstract: a text is no
 * addressee, and each way of being allowed to mail someone is a class of its own where that is
 * decided (style rule 6).
 */
export abstract class Addressee {
  readonly #address: string
  /** Undefined where the address has no contact; else SES is told it, so that its events can be told apart. */
  readonly contactId: string | undefined
  protected constructor(address: string, contactId?: string) {
    this.#address = address
    this.contactId = contactId
  }
  get address(): string {
    return this.#address
  }
}

export type MailHeader = { readonly name: string; readonly value: string }
export type Mail<To extends Addressee> = {
  readonly to: readonly To[]
  readonly subject: string
  readonly html: string
  readonly text: string
  /** Beside what SES writes itself; in this order. */
  readonly headers: readonly MailHeader[]
  /** Beside the contact's: what SES hands back with each event of the mail. */
  readonly tags?: Readonly<Record<string, string>>
}

/**
 * Hands one mail over.
 * @throws {MailLimitError} for what SES would refuse, or accept and then lose.
 * @throws {MailNotTakenError} when it has surely not left; any other fault leaves that open.
 */
export type Mailer<To extends Addressee> = (mail: Mail<To>) => Promise<void>

/** SES refused the mail or was never reached: sending it again cannot double it. */
export class MailNotTakenError extends Error {
  override readonly name = 'MailNotTakenError'
}

export type Sender = {
  /** The address alone; the role that sends is bound to it. */
  from: string
  name: string
  replyTo: string
  configurationSet: string
}

/** Sends through SES, whose limits it keeps itself. */
export function sesMailer<To extends Addressee>(send: SendEmail, sender: Sender): Mailer<To> {
  const { configurationSet, replyTo } = sender
  const from = mailbox(sender.name, sender.from)
  return async (mail) => {
    const to = mail.to.map(({ address }) => address)
    checkMailLimits({ ...mail, to })
    const [{ contactId } = {}, ...others] = mail.to
    const isTold = contactId !== undefined && others.length === 0
    const tags = { ...(isTold ? { [mailTag.contact]: contactId } : {}), ...mail.tags }
    const EmailTags = Object.entries(tags).map(([Name, Value]) => ({ Name, Value }))
    try {
      await send({
        FromEmailAddress: from,
        ReplyToAddresses: [replyTo],
        Destination: { ToAddresses: to },
        ConfigurationSetName: configurationSet,
        ...(EmailTags.length === 0 ? {} : { EmailTags }),
        Content: {
          Simple: {
            Subject: utf8(mail.subject),
            Body: { Html: utf8(mail.html), Text: utf8(mail.text) },
            Headers: mail.headers.map(({ name, value }) => ({ Name: name, Value: value })),
          },
        },
      })
    } catch (cause) {
      if (surelyNotSent(cause)) throw new MailNotTakenError('SES did not take a mail', { cause })
      throw cause
    }
  }
}

const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' })

const longestName = 64
/** An encoded word holds at most 75 characters (RFC 2047 §2): 12 of frame and 60 of base64. */
const encodedWordBytes = 45

/** `"Name" <address>`; a name beyond ASCII as encoded words, as SES wants it. */
export function mailbox(name: string, address: string): string {
  const shown = [...oneLine(name)].slice(0, longestName).join('').trim()
  if (shown === '') return address
  if (/^[\x20-\x7e]*$/.test(shown)) return `"${shown.replace(/["\\]/g, '\\$&')}" <${address}>`
  return `${encodedWords(shown).join(' ')} <${address}>`
}

function encodedWords(text: string): string[] {
  const words: string[] = []
  let word = ''
  for (const character of text) {
    if (Buffer.byteLength(word + character) > encodedWordBytes) {
      words.push(word)
      word = ''
    }
    word += character
  }
  return [...words, word].map((each) => `=?UTF-8?B?${Buffer.from(each).toString('base64')}?=`)
}
