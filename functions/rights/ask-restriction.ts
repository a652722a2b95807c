import * as v from 'valibot'
import type { RightsRequest } from '../contact/request-record.ts'
import { restrict } from './restrict.ts'
import type { Asking, RightsDesk } from './rights-desk.ts'

/** `lift` ends a restriction; only the person's session may (RIGHT-10). */
export const restrictionBody = v.strictObject({
  kind: v.literal('restriction'),
  lift: v.optional(v.boolean(), false),
})

export function askRestriction(
  { store }: RightsDesk,
  { contact, body, now, registered }: Asking<v.InferOutput<typeof restrictionBody>>,
): Promise<RightsRequest | undefined> {
  return restrict(store, contact.contactId, { lift: body.lift, now, registered })
}
