import * as v from 'valibot'
import type { RightsRequest } from '../contact/request-record.ts'
import { Problem } from '../platform/problem.ts'
import type { Asking, RightsDesk } from './rights-desk.ts'

export const rectificationBody = v.strictObject({ kind: v.literal('rectification') })

/** Answered by people, at the address that the page and the notice name. */
export async function askRectification(
  { store }: RightsDesk,
  _asking: Asking<v.InferOutput<typeof rectificationBody>>,
): Promise<RightsRequest | undefined> {
  throw new Problem(409, 'not-available', { contact: store.policy.controller.email })
}
