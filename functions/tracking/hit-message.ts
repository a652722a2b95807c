import * as v from 'valibot'
import { signs } from './sign.ts'

/**
 * One fetch of a pixel or a link, on its way to be recorded: ids, a word for how it came, and a hash of
 * its network that nobody can compare with tomorrow's. Never an address or a user agent (TRACK-05).
 */
const fetched = {
  campaignId: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  messageId: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  sign: v.picklist(signs),
  network: v.pipe(v.string(), v.regex(/^[\w-]{1,16}$/)),
  at: v.pipe(v.string(), v.isoTimestamp()),
}
export const hitMessage = v.variant('kind', [
  v.strictObject({ kind: v.literal('open'), ...fetched }),
  v.strictObject({
    kind: v.literal('click'),
    /** Which of the campaign's links, from nought. */
    link: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(999)),
    /** The browser asked for privacy: it is added to no profile (GPC-03). */
    signalled: v.optional(v.literal(true)),
    ...fetched,
  }),
])
export type HitMessage = v.InferOutput<typeof hitMessage>
