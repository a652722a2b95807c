import * as v from 'valibot'
import { object } from './object.ts'
import type { RightsRequest } from './request.ts'
import type { Asking, RightsDesk } from './rights-desk.ts'

export const objectionBody = v.strictObject({ kind: v.literal('objection') })

export function askObjection(
  { store }: RightsDesk,
  { contact, now }: Asking<v.InferOutput<typeof objectionBody>>,
): Promise<RightsRequest | undefined> {
  return object(store, contact.contactId, now)
}
