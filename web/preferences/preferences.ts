import * as v from 'valibot'

const choice = v.object({
  id: v.string(),
  kind: v.picklist(['topic', 'purpose']),
  /** Left out where a newsletter link must not show it (RIGHT-05). */
  on: v.optional(v.boolean()),
  state: v.optional(
    v.picklist(['unknown', 'given', 'refused', 'withdrawn', 'objected', 'expired', 'paused']),
  ),
  since: v.optional(v.string()),
  /** The end of a pause. */
  until: v.optional(v.string()),
  basis: v.optional(v.string()),
  /** What they agreed to has changed since, so the page asks anew (CONS-08). */
  ask: v.optional(v.boolean()),
  /** Of which entry in the history a receipt can be had (REC-02). */
  receipt: v.optional(v.string()),
})
export type Choice = v.InferOutput<typeof choice>

/** What a person has told of themselves, beside the address (RIGHT-09). */
export const detailNames = ['name', 'company', 'title', 'phone'] as const
const detail = v.optional(v.string())
const details = v.object({ name: detail, company: detail, title: detail, phone: detail })
export type Details = v.InferOutput<typeof details>

/** What is inferred of the reader, while they allow it: the strongest first (TRACK-13). */
const interests = v.object({
  weight: v.number(),
  halfLifeDays: v.number(),
  each: v.array(
    v.object({
      name: v.record(v.string(), v.string()),
      points: v.number(),
      links: v.number(),
      lastAt: v.string(),
    }),
  ),
})

/** What `GET` and `PATCH /api/preferences` answer: the true state at the server (UX-07). */
export const preferencesSchema = v.object({
  via: v.picklist(['session', 'unsubscribe']),
  address: v.string(),
  language: v.string(),
  choices: v.array(choice),
  marketing: v.picklist(['on', 'stopped']),
  erasing: v.boolean(),
  /** Kept and not used (RIGHT-10). */
  restricted: v.optional(v.boolean()),
  details: v.optional(details),
  interests: v.optional(interests),
  /** This browser sends Global Privacy Control, and the server has seen it. */
  privacySignal: v.optional(v.boolean()),
  undo: v.optional(v.string()),
})
export type Preferences = v.InferOutput<typeof preferencesSchema>

export const sessionSchema = v.object({ token: v.string() })

/** A right exercised, and how it stands (RIGHT-01). */
export const requestSchema = v.object({
  id: v.string(),
  kind: v.picklist(['access', 'rectification', 'erasure', 'restriction', 'objection']),
  /** What is objected to; that a restriction ends; that an address changes. */
  detail: v.optional(v.string()),
  status: v.picklist(['awaiting-identity', 'received', 'in-progress', 'done', 'refused']),
  receivedAt: v.string(),
  dueAt: v.string(),
  extendedAt: v.optional(v.string()),
  closedAt: v.optional(v.string()),
  outcome: v.optional(v.string()),
  /** Until when the copy can be fetched (RIGHT-08). */
  copyUntil: v.optional(v.string()),
})
export type Request = v.InferOutput<typeof requestSchema>
export const requestsSchema = v.object({ requests: v.array(requestSchema) })

/** Where the copy is, for as long as there is one. */
export const copySchema = v.object({ copy: v.optional(v.object({ path: v.string() })) })

/** A record of what was agreed: readable, and signed for anyone to check. */
export const receiptSchema = v.object({ receipt: v.unknown(), jws: v.string() })
export type Receipt = v.InferOutput<typeof receiptSchema>

type Wished = 'given' | 'refused' | 'withdrawn' | 'objected' | { readonly paused: number }
/** What a switch or a button asks for. */
export type Wish = { readonly choices: Readonly<Record<string, Wished>> }

/** The id that stands for all marketing at once. */
export const directMarketing = 'direct-marketing'
