import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SignatureV4 } from '@smithy/signature-v4'
import * as v from 'valibot'

/** What SES knows of a domain that mail is sent from, as far as it decides whether mail arrives. */
const identitySchema = v.object({
  VerifiedForSendingStatus: v.optional(v.boolean(), false),
  DkimAttributes: v.optional(
    v.object({
      SigningEnabled: v.optional(v.boolean(), false),
      Status: v.optional(v.string()),
    }),
    {},
  ),
  MailFromAttributes: v.optional(
    v.object({
      MailFromDomain: v.optional(v.string()),
      MailFromDomainStatus: v.optional(v.string()),
    }),
    {},
  ),
})
export type SesIdentity = v.InferOutput<typeof identitySchema>

/** Undefined where SES has no such domain. @throws when SES does not answer. */
export type ReadIdentity = (domain: string) => Promise<SesIdentity | undefined>

const answerWithinMs = 2000

/** SES's `GetEmailIdentity`, signed with the settings of a client that is there anyway. */
export function signedIdentities(
  { config }: Pick<DynamoDBClient, 'config'>,
  endpoint: URL,
): ReadIdentity {
  const { region, credentials, sha256 } = config
  const signer = new SignatureV4({ service: 'ses', region, credentials, sha256 })
  return async (domain) => {
    const path = `/v2/email/identities/${encodeURIComponent(domain)}`
    const { headers } = await signer.sign({
      method: 'GET',
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      path,
      headers: { host: endpoint.host },
    })
    const signal = AbortSignal.timeout(answerWithinMs)
    const answer = await fetch(new URL(path, endpoint), { headers, redirect: 'error', signal })
    const text = await answer.text()
    if (answer.status === 404) return undefined
    if (!answer.ok) throw new Error(`SES answered ${answer.status}`)
    return v.parse(v.pipe(v.string(), v.parseJson(), identitySchema), text)
  }
}
