import * as v from 'valibot'
import { idSchema } from '../platform/id.ts'

/** What the queue `request` carries: which request to go on with. */
export const requestMessage = v.object({
  kind: v.picklist(['access', 'erasure']),
  contactId: idSchema,
  requestId: idSchema,
})
export type RequestMessage = v.InferOutput<typeof requestMessage>
