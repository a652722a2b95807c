import * as v from 'valibot'
import { idSchema } from '../platform/id.ts'

/** What the queue `request` carries: which request to go on with. */
export const requestMessage = v.variant('kind', [
  v.object({ kind: v.picklist(['access', 'erasure']), contactId: idSchema, requestId: idSchema }),
  /** What a colleague has registered and seen proved, and that a restriction is to end. */
  v.object({ kind: v.picklist(['carry-out', 'lift']), requestId: idSchema }),
  /** Somebody of whom nothing was heard: nobody asked, so there is no request (SUPP-07). */
  v.object({ kind: v.literal('lapse'), contactId: idSchema }),
])
export type RequestMessage = v.InferOutput<typeof requestMessage>
