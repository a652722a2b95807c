import * as v from 'valibot'
import type { RightsRequest } from '../contact/request-record.ts'
import { Problem } from '../platform/problem.ts'
import type { Asking, RightsDesk } from './rights-desk.ts'

export const restrictionBody = v.strictObject({ kind: v.literal('restriction') })

/** Answered by people, at the address that the page and the notice name. */
export async function askRestriction(
  { store }: RightsDesk,
  _asking: Asking<v.InferOutput<typeof restrictionBody>>,
): Promise<RightsRequest | undefined> {
  throw new Problem(409, 'not-available', { contact: store.policy.controller.email })
}
