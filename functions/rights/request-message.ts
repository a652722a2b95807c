import * as v from 'valibot'

/** What the queue `request` carries: which request to go on with. */
export const requestMessage = v.object({
  kind: v.picklist(['access', 'erasure']),
  contactId: v.string(),
  requestId: v.string(),
})
export type RequestMessage = v.InferOutput<typeof requestMessage>
