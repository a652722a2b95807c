import * as v from 'valibot'

/**
 * When the letter was asked for and from which network (a keyed hash). Both may be left out: a
 * message without a time was asked for when it was put on the queue.
 */
const asked = {
  askedAt: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  network: v.optional(v.string()),
}

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
  v.object({ kind: v.literal('manage'), addressKeys: v.array(v.string()), ...asked }),
  v.object({ kind: v.literal('manage-contact'), contactId: v.string(), ...asked }),
  /** The copy of what is held can be fetched (RIGHT-08). */
  v.object({ kind: v.literal('copy'), contactId: v.string(), requestId: v.string() }),
  v.object({ kind: v.literal('erased'), letterId: v.string() }),
])
export type LetterMessage = v.InferOutput<typeof letterMessage>
