import {
  type BulkEmailEntryResult,
  GetAccountCommand,
  SESv2Client,
  type SESv2ClientConfig,
  SESv2ServiceException,
  SendBulkEmailCommand,
  type SendBulkEmailRequest,
  SendEmailCommand,
  type SendEmailRequest,
} from '@aws-sdk/client-sesv2'
import { whileWorkWaits } from './patience.ts'

export type SendBulk = (request: SendBulkEmailRequest) => Promise<readonly BulkEmailEntryResult[]>
export type SendEmail = (request: SendEmailRequest) => Promise<void>

/**
 * SES's `SendEmail`, asked once: SES has no idempotency token, so a repetition after an answer got
 * lost would mail twice. Repeating is for the queue, which knows more. The time-out lies well before
 * the function's own, so that what was held is known to be in doubt.
 */
export function sesSendEmail(config: SESv2ClientConfig = {}): SendEmail {
  const client = askedOnce(config)
  return async (request) => {
    await client.send(new SendEmailCommand(request))
  }
}

/** SES's `SendBulkEmail`, asked once for the same reason; the outcomes by position. */
export function sesSendBulk(config: SESv2ClientConfig = {}): SendBulk {
  const client = askedOnce(config)
  return async (request) => {
    const { BulkEmailEntryResults = [] } = await client.send(new SendBulkEmailCommand(request))
    return BulkEmailEntryResults
  }
}

/** What the account may send now; Infinity where a day has no limit. */
export type SendingQuota = {
  enabled: boolean
  perSecond: number
  perDay: number
  sentToday: number
}

/** SES's `GetAccount`. What it leaves out counts as nothing allowed. */
export function sesQuota(config: SESv2ClientConfig = {}): () => Promise<SendingQuota> {
  const client = new SESv2Client({ ...config, requestHandler: whileWorkWaits })
  return async () => {
    const { SendingEnabled = false, SendQuota } = await client.send(new GetAccountCommand({}))
    const { MaxSendRate = 0, Max24HourSend = 0, SentLast24Hours = 0 } = SendQuota ?? {}
    return {
      enabled: SendingEnabled,
      perSecond: MaxSendRate,
      perDay: Max24HourSend < 0 ? Number.POSITIVE_INFINITY : Max24HourSend,
      sentToday: SentLast24Hours,
    }
  }
}

function askedOnce(config: SESv2ClientConfig): SESv2Client {
  return new SESv2Client({
    ...config,
    maxAttempts: 1,
    requestHandler: { requestTimeout: 15_000, throwOnRequestTimeout: true },
  })
}

const unreached = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/** An answer that says no, or no connection at all; a time-out or a cut connection says nothing. */
export function surelyNotSent(fault: unknown): boolean {
  if (fault instanceof SESv2ServiceException) return true
  return fault instanceof Error && 'code' in fault && unreached.has(String(fault.code))
}
