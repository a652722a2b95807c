import * as v from 'valibot'
import { idSchema } from '../platform/id.ts'

/**
 * When the letter was asked for and from which network (a keyed hash). Both may be left out: a
 * message without a time was asked for when it was put on the queue.
 */
const asked = {
  askedAt: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  network: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,32}$/))),
}

const addressKey = v.pipe(v.string(), v.regex(/^A#\d+#[\w-]+$/))

/** What the queue `letters` carries: ids and keyed hashes only. */
export const letterMessage = v.variant('kind', [
  v.object({ kind: v.literal('confirm'), signUpId: idSchema }),
  v.object({
    kind: v.literal('welcome'),
    contactId: idSchema,
    topic: v.string(),
    ledgerId: idSchema,
  }),
  /** Where we have them from who were imported (CONS-14, GDPR art. 14). */
  v.object({
    kind: v.literal('imported'),
    contactId: idSchema,
    importId: idSchema,
    ledgerId: idSchema,
  }),
  /** A way in to one's choices: asked for by address (its keyed hashes) or from a link we sent. */
  v.object({ kind: v.literal('manage'), addressKeys: v.array(addressKey), ...asked }),
  v.object({ kind: v.literal('manage-contact'), contactId: idSchema, ...asked }),
  /** The copy of what is held can be fetched (RIGHT-08). */
  v.object({ kind: v.literal('copy'), contactId: idSchema, requestId: idSchema }),
  v.object({ kind: v.literal('erased'), letterId: idSchema }),
  /** To a new address, whether it is really theirs; and to the old one, that it was changed. */
  v.object({ kind: v.literal('address-change'), changeId: idSchema }),
  v.object({ kind: v.literal('address-changed'), letterId: idSchema }),
  /** About a right that was exercised, as the register has it when the letter leaves. */
  v.object({
    kind: v.literal('request'),
    about: v.picklist(['standing', 'extension', 'lifting']),
    requestId: idSchema,
  }),
])
export type LetterMessage = v.InferOutput<typeof letterMessage>
