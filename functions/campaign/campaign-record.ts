import { randomBytes } from 'node:crypto'
import * as v from 'valibot'
import { isPastTtl, readTogether, type Tables } from '../platform/table.ts'
import { rateNames } from './reputation.ts'

/**
 * One campaign: `K#<campaignId>` / `K`. It is bound to one topic, one purpose and one basis, fixed
 * when it starts (SEND-03).
 */
const time = v.pipe(v.string(), v.isoTimestamp())

const interests = v.optional(v.array(v.string()))
/** A piece of the mail in Markdown or HTML; one that is tagged goes to those with one of the interests first. */
const blockSchema = v.union([
  v.object({ markdown: v.string(), interests }),
  v.object({ html: v.string(), interests }),
])
export type WrittenBlock = v.InferOutput<typeof blockSchema>
const variantSchema = v.object({
  subject: v.string(),
  blocks: v.array(blockSchema),
  /** The author's own text part, instead of what follows from the blocks. */
  text: v.optional(v.string()),
})

export const campaignStates = [
  'draft',
  /** It starts by itself when its time has come; until then nothing of it can be changed. */
  'scheduled',
  'planning',
  'sending',
  'paused',
  'sent',
  'cancelled',
] as const

const campaignSchema = v.object({
  name: v.string(),
  topic: v.string(),
  purpose: v.literal('direct-marketing'),
  basis: v.picklist(['consent', 'existing_customer']),
  state: v.picklist(campaignStates),
  /** What is said, by language. */
  variants: v.record(v.string(), variantSchema),
  /** Where its links lead: `/c/{id}/{n}` is the n-th of these, from nought. Empty until it starts. */
  links: v.array(v.string()),
  /** Where one more leads, `/c/{id}/{links.length}`, which no person can see in the mail (TRACK-09). */
  trap: v.optional(v.string()),
  /** What a link tells of, by its number: the interests of the blocks in which it stands. */
  interests: v.optional(v.record(v.string(), v.array(v.string()))),
  /** Whether the policy had opens and clicks recorded, in whichever mode, when it started. */
  tracking: v.object({ opens: v.boolean(), clicks: v.boolean() }),
  /** Makes message ids: who has it and a contact's id finds their message, and nobody else does. */
  key: v.pipe(
    v.instance(Uint8Array),
    v.check((bytes) => bytes.length === 32),
  ),
  createdBy: v.string(),
  createdAt: time,
  startedAt: v.optional(time),
  /** When it is to start, and who said so. */
  startsAt: v.optional(time),
  scheduledBy: v.optional(v.string()),
  /** Of the topic's memberships, so many shards are planned in full. */
  shards: v.number(),
  /** Why it has paused itself (SEND-06); undefined when a colleague did, or let it pass. */
  stopped: v.optional(
    v.object({
      for: v.picklist(rateNames),
      count: v.number(),
      /** Mails that SES had taken. */
      of: v.number(),
      at: time,
    }),
  ),
  /** The rates that a colleague has let pass. */
  overridden: v.optional(v.partial(v.object({ complaints: v.number(), bounces: v.number() }))),
  /** Why it has paused itself when no mail of a whole batch could leave; undefined once it is resumed. */
  refused: v.optional(v.object({ because: v.string(), count: v.number(), at: time })),
  /** A colleague lets mails that are refused fail. */
  refusalsPass: v.optional(v.boolean()),
  /** Of a copy that was restored (RIGHT-13): what it was in there, when it was kept from sending. */
  held: v.optional(v.object({ generation: v.number(), was: v.picklist(campaignStates), at: time })),
  /** Rises with every change of the draft, so that what was checked is what starts. */
  revision: v.optional(v.number(), 0),
  ttl: v.optional(v.number()),
})
export type Campaign = v.InferOutput<typeof campaignSchema>

/** Where its links lead and what they tell of, which is all that whoever follows one needs to know of it. */
export const campaignLinksSchema = v.pick(campaignSchema, ['links', 'trap', 'interests'])

export const campaignKey = (campaignId: string): { pk: string; sk: string } => ({
  pk: `K#${campaignId}`,
  sk: 'K',
})

/** Eight random bytes in hex, as tokens and hit ids carry them. */
export const newCampaignId = (): string => randomBytes(8).toString('hex')
export const campaignIdSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/))

export function parseCampaign(item: Record<string, unknown>): Campaign {
  return v.parse(campaignSchema, item)
}

/** The campaign, read strongly; undefined when there is none, or no longer. */
export async function readCampaign(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  campaignId: string,
  now: Date,
): Promise<Campaign | undefined> {
  const [item] = await readTogether(db, [{ table: main, key: campaignKey(campaignId) }])
  return item === undefined || isPastTtl(item, now) ? undefined : parseCampaign(item)
}
