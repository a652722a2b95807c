import * as v from 'valibot'
import type { AskSes } from './signed-ses.ts'

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

/** SES's `GetEmailIdentity`. */
export function signedIdentities(ask: AskSes): ReadIdentity {
  return async (domain) => {
    const answer = await ask({
      method: 'GET',
      path: `/v2/email/identities/${encodeURIComponent(domain)}`,
    })
    const text = await answer.text()
    if (answer.status === 404) return undefined
    if (!answer.ok) throw new Error(`SES answered ${answer.status}`)
    return v.parse(v.pipe(v.string(), v.parseJson(), identitySchema), text)
  }
}
