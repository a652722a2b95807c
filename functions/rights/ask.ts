import * as v from 'valibot'
import type { RightsRequest } from '../contact/request-record.ts'
import { accessBody, askAccess } from './ask-access.ts'
import { askErasure, erasureBody } from './ask-erasure.ts'
import { askObjection, objectionBody } from './ask-objection.ts'
import { askRectification, rectificationBody } from './ask-rectification.ts'
import { askRestriction, restrictionBody } from './ask-restriction.ts'
import type { Asking, RightsDesk } from './rights-desk.ts'

/** What a person may ask for, by kind; each says what it needs and what is done at once. */
export const askSchema = v.variant('kind', [
  accessBody,
  rectificationBody,
  erasureBody,
  restrictionBody,
  objectionBody,
])

/**
 * Whoever is being erased has no other right left to carry out: each is answered by the erasure.
 * @returns the request as registered; undefined when the contact is gone by now.
 */
export function ask(
  desk: RightsDesk,
  { body, ...asking }: Asking<v.InferOutput<typeof askSchema>>,
): Promise<RightsRequest | undefined> {
  const { contact, now } = asking
  if (contact.erasing) return askErasure(desk, { contact, now, body: { kind: 'erasure' } })
  switch (body.kind) {
    case 'access':
      return askAccess(desk, { ...asking, body })
    case 'rectification':
      return askRectification(desk, { ...asking, body })
    case 'erasure':
      return askErasure(desk, { ...asking, body })
    case 'restriction':
      return askRestriction(desk, { ...asking, body })
    case 'objection':
      return askObjection(desk, { ...asking, body })
  }
}
