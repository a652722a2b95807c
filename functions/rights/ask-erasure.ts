import * as v from 'valibot'
import type { RightsRequest } from '../contact/request-record.ts'
import { beginErasure } from './erase.ts'
import type { Asking, RightsDesk } from './rights-desk.ts'

export const erasureBody = v.strictObject({ kind: v.literal('erasure') })

export function askErasure(
  { store, requests }: RightsDesk,
  { contact, now, registered }: Asking<v.InferOutput<typeof erasureBody>>,
): Promise<RightsRequest | undefined> {
  return beginErasure(store, contact.contactId, { requests, now, registered })
}
