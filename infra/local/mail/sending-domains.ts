import * as v from 'valibot'
import { type Assembly, resourcesOfType } from '../assembly.ts'

const identitySchema = v.object({
  EmailIdentity: v.string(),
  MailFromAttributes: v.optional(v.object({ MailFromDomain: v.optional(v.string()) })),
})

/** A domain that mail is sent from, and the one within it where bounces go. */
export type SendingDomain = { domain: string; bounces: string | undefined }

export function readSendingDomains(assembly: Assembly): SendingDomain[] {
  return resourcesOfType(assembly, 'AWS::SES::EmailIdentity')
    .map(({ properties }) => v.parse(identitySchema, properties))
    .map(({ EmailIdentity, MailFromAttributes }) => ({
      domain: EmailIdentity,
      bounces: MailFromAttributes?.MailFromDomain,
    }))
}
