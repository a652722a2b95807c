import * as v from 'valibot'
import { addressSchema } from '../contact/address.ts'
import { identityLines } from '../contact/identity-fields.ts'
import type { RightsRequest } from '../contact/request-record.ts'
import { Problem } from '../platform/problem.ts'
import { rectify } from './rectify.ts'
import type { Asking, RightsDesk } from './rights-desk.ts'

/** Checked as the sign-up form checks them (RIGHT-09). */
const { name, company, title, phone } = identityLines
export const rectificationBody = v.strictObject({
  kind: v.literal('rectification'),
  changes: v.pipe(
    v.strictObject({
      name: v.optional(name),
      company: v.optional(company),
      title: v.optional(title),
      phone: v.optional(phone),
      language: v.optional(v.pipe(v.string(), v.maxLength(10))),
      email: v.optional(addressSchema),
    }),
    v.check((changes) => Object.keys(changes).length > 0, 'names nothing to correct'),
  ),
})

/** @throws {Problem} 400 for a language in which there is no page. */
export async function askRectification(
  { store, letters }: RightsDesk,
  { contact, body, now, registered }: Asking<v.InferOutput<typeof rectificationBody>>,
): Promise<RightsRequest | undefined> {
  const { email, language, ...details } = body.changes
  if (language !== undefined && !store.policy.languages.includes(language)) {
    const errors = [{ field: 'changes.language', message: 'is not a language of ours' }]
    throw new Problem(400, 'invalid-request', { errors })
  }
  // Whoever writes the address they have already has nothing to confirm.
  const asked = email === contact.identity.email ? undefined : email
  const corrections = { details: withoutUndefined(details), language, email: asked }
  return rectify(store, contact.contactId, { corrections, letters, now, registered })
}

function withoutUndefined<Value>(
  values: Readonly<Record<string, Value | undefined>>,
): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
