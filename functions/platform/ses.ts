import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { SendEmailRequest } from '@aws-sdk/client-sesv2'
import { SignatureV4 } from '@smithy/signature-v4'

/** SES answered that it does not take this mail, or not now. */
export class SesRefusal extends Error {
  override readonly name = 'SesRefusal'
  readonly status: number
  constructor(status: number) {
    super(`SES answered ${status}`)
    this.status = status
  }
}

/** Well before the function's own time is up, so that what was held is known to be in doubt. */
const answerWithinMs = 15_000

const path = '/v2/email/outbound-emails'

export type SendEmail = (request: SendEmailRequest) => Promise<void>

/**
 * SES's `SendEmail`, signed with AWS's own signer and the settings of a client that is there anyway:
 * the SES client would be an eighth of the whole bundle for this one call. It asks once: SES has no
 * idempotency token, so a repetition after an answer got lost would mail twice. Repeating is for the
 * queue, which knows more.
 */
export function sesSendEmail({ config }: Pick<DynamoDBClient, 'config'>, endpoint: URL): SendEmail {
  const { region, credentials, sha256 } = config
  const signer = new SignatureV4({ service: 'ses', region, credentials, sha256 })
  return async (request) => {
    const body = JSON.stringify(request)
    const { headers } = await signer.sign({
      method: 'POST',
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      path,
      headers: { host: endpoint.host, 'content-type': 'application/json' },
      body,
    })
    const answer = await fetch(new URL(path, endpoint), {
      method: 'POST',
      headers,
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(answerWithinMs),
    })
    await answer.arrayBuffer()
    if (!answer.ok) throw new SesRefusal(answer.status)
  }
}

const unreached = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** An answer that says no, or no connection at all; a time-out or a cut connection says nothing. */
export function surelyNotSent(fault: unknown): boolean {
  if (fault instanceof SesRefusal) return true
  const cause = fault instanceof Error ? fault.cause : undefined
  return cause instanceof Error && 'code' in cause && unreached.has(String(cause.code))
}
