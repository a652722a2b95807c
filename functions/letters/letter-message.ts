import * as v from 'valibot'

/** What the queue `letters` carries: ids and keyed hashes only. */
export const letterMessage = v.variant('kind', [
  v.object({ kind: v.literal('confirm'), signUpId: v.string() }),
  v.object({
    kind: v.literal('welcome'),
    contactId: v.string(),
    topic: v.string(),
    ledgerId: v.string(),
  }),
  /** A way in to one's choices: asked for by address (its keyed hashes) or from a link we sent. */
  v.object({ kind: v.literal('manage'), addressKeys: v.array(v.string()) }),
  v.object({ kind: v.literal('manage-contact'), contactId: v.string() }),
  v.object({ kind: v.literal('erased'), letterId: v.string() }),
])
export type LetterMessage = v.InferOutput<typeof letterMessage>
