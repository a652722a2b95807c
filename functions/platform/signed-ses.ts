import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SignatureV4 } from '@smithy/signature-v4'
import type { SendEmail } from './ses.ts'

/** One call of SES v2, tried once; what the answer means is the caller's. */
export type AskSes = (
  asked: { method: 'GET'; path: string } | { method: 'POST'; path: string; body: string },
) => Promise<Response>

const answerWithinMs = 2000

/** Signed with AWS's own signer and the settings of a client that is there anyway, as `signedPost`. */
export function signedSes({ config }: Pick<DynamoDBClient, 'config'>, endpoint: URL): AskSes {
  const { region, credentials, sha256 } = config
  const signer = new SignatureV4({ service: 'ses', region, credentials, sha256 })
  return async (asked) => {
    const { method, path } = asked
    const sent = 'body' in asked ? { body: asked.body } : {}
    const type = 'body' in asked ? { 'content-type': 'application/json' } : {}
    const { headers } = await signer.sign({
      method,
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      path,
      headers: { host: endpoint.host, ...type },
      ...sent,
    })
    const signal = AbortSignal.timeout(answerWithinMs)
    return fetch(new URL(path, endpoint), { method, headers, redirect: 'error', signal, ...sent })
  }
}

/** SES's `SendEmail` for a mail that is not raw, where its client would be too heavy. */
export function signedSendEmail(ask: AskSes): SendEmail {
  return async (request) => {
    const body = JSON.stringify(request)
    const answer = await ask({ method: 'POST', path: '/v2/email/outbound-emails', body })
    await answer.body?.cancel()
    if (!answer.ok) throw new Error(`SES answered ${answer.status}`)
  }
}
