import { type SESv2Client, SESv2ServiceException, SendEmailCommand } from '@aws-sdk/client-sesv2'
import { checkMailLimits } from './mail-limits.ts'
import { oneLine } from './one-line.ts'

/**
 * Someone a mail may be addressed to. Nominal through its private field, and abstract: a text is no
 * addressee, and each way of being allowed to mail someone is a class of its own where that is
 * decided (style rule 6).
 */
export abstract class Addressee {
  readonly #address: string
  protected constructor(address: string) {
    this.#address = address
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

/**
 * Sends through SES.
 * @param ses built with `maxAttempts: 1`: SES has no idempotency token, so a repetition inside the
 *   SDK, after an answer got lost, would mail twice. Repeating is for the queue, which knows more.
 */
export function sesMailer<To extends Addressee>(ses: SESv2Client, sender: Sender): Mailer<To> {
  const { configurationSet, replyTo } = sender
  const from = mailbox(sender.name, sender.from)
  return async (mail) => {
    checkMailLimits({ ...mail, to: mail.to.map(({ address }) => address) })
    try {
      await ses.send(
        new SendEmailCommand({
          FromEmailAddress: from,
          ReplyToAddresses: [replyTo],
          Destination: { ToAddresses: mail.to.map(({ address }) => address) },
          ConfigurationSetName: configurationSet,
          Content: {
            Simple: {
              Subject: utf8(mail.subject),
              Body: { Html: utf8(mail.html), Text: utf8(mail.text) },
              Headers: mail.headers.map(({ name, value }) => ({ Name: name, Value: value })),
            },
          },
        }),
      )
    } catch (cause) {
      throw wasNotTaken(cause) ? new MailNotTakenError('SES did not take a mail', { cause }) : cause
    }
  }
}

const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' })

const unreached = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/** An answer that says no, or no connection at all; a time-out or a cut connection says nothing. */
function wasNotTaken(fault: unknown): boolean {
  if (fault instanceof SESv2ServiceException) return true
  return fault instanceof Error && 'code' in fault && unreached.has(String(fault.code))
}

const longestName = 64
/** An encoded word holds at most 75 characters (RFC 2047 §2): 12 of frame and 60 of base64. */
const encodedWordBytes = 45

/** `"Name" <address>`; a name beyond ASCII as encoded words, as SES wants it. */
function mailbox(name: string, address: string): string {
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
