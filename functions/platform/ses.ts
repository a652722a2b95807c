import {
  SESv2Client,
  type SESv2ClientConfig,
  SESv2ServiceException,
  SendEmailCommand,
  type SendEmailRequest,
} from '@aws-sdk/client-sesv2'

export type SendEmail = (request: SendEmailRequest) => Promise<void>

/**
 * SES's `SendEmail`, asked once: SES has no idempotency token, so a repetition after an answer got
 * lost would mail twice. Repeating is for the queue, which knows more. The time-out lies well before
 * the function's own, so that what was held is known to be in doubt.
 */
export function sesSendEmail(config: SESv2ClientConfig = {}): SendEmail {
  const client = new SESv2Client({
    ...config,
    maxAttempts: 1,
    requestHandler: { requestTimeout: 15_000, throwOnRequestTimeout: true },
  })
  return async (request) => {
    await client.send(new SendEmailCommand(request))
  }
}

const unreached = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/** An answer that says no, or no connection at all; a time-out or a cut connection says nothing. */
export function surelyNotSent(fault: unknown): boolean {
  if (fault instanceof SESv2ServiceException) return true
  return fault instanceof Error && 'code' in fault && unreached.has(String(fault.code))
}
