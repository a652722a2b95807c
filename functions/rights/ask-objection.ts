import * as v from 'valibot'
import { objectionTargets, type RightsRequest } from '../contact/request-record.ts'
import { object } from './object.ts'
import type { Asking, RightsDesk } from './rights-desk.ts'

export const objectionBody = v.strictObject({
  kind: v.literal('objection'),
  to: v.optional(v.picklist(objectionTargets), 'direct-marketing'),
})

export function askObjection(
  { store }: RightsDesk,
  { contact, body, now, registered }: Asking<v.InferOutput<typeof objectionBody>>,
): Promise<RightsRequest | undefined> {
  return object(store, contact.contactId, { to: body.to, now, registered })
}
