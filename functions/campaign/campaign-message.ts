import * as v from 'valibot'
import { shardCount } from '../contact/membership.ts'
import { batchIdSchema } from './batch-record.ts'
import { campaignIdSchema } from './campaign-record.ts'

const shardSchema = v.pipe(v.string(), v.regex(/^\d\d$/))

/** The work of planning: shards walked page by page; taken up again; looked after. */
export const planMessageSchema = v.variant('kind', [
  v.object({ kind: v.literal('start'), campaignId: campaignIdSchema }),
  v.object({
    kind: v.literal('walk'),
    campaignId: campaignIdSchema,
    /** One after the other. */
    shards: v.pipe(v.array(shardSchema), v.minLength(1), v.maxLength(shardCount)),
    /** The last contact of the page before, in the first shard; from its first on when left out. */
    after: v.optional(v.string()),
  }),
  /** Puts on the queue what waits since a pause. */
  v.object({ kind: v.literal('resume'), campaignId: campaignIdSchema }),
  /** Ends what of a cancelled campaign has not left. */
  v.object({ kind: v.literal('end'), campaignId: campaignIdSchema }),
  /** By the clock: what died half way, in whichever campaign. */
  v.object({ kind: v.literal('repair') }),
  /** By the clock: what is to start by itself. */
  v.object({ kind: v.literal('start-due') }),
])
export type PlanMessage = v.InferOutput<typeof planMessageSchema>

export const sendMessageSchema = v.object({
  campaignId: campaignIdSchema,
  batchId: batchIdSchema,
  /** The batch's, so that its mail is read with it. */
  language: v.string(),
})
export type SendMessage = v.InferOutput<typeof sendMessageSchema>
