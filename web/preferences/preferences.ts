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
})
export type Choice = v.InferOutput<typeof choice>

/** What `GET` and `PATCH /api/preferences` answer: the true state at the server (UX-07). */
export const preferencesSchema = v.object({
  via: v.picklist(['session', 'unsubscribe']),
  address: v.string(),
  language: v.string(),
  choices: v.array(choice),
  marketing: v.picklist(['on', 'stopped']),
  erasing: v.boolean(),
  /** This browser sends Global Privacy Control, and the server has seen it. */
  privacySignal: v.optional(v.boolean()),
  undo: v.optional(v.string()),
})
export type Preferences = v.InferOutput<typeof preferencesSchema>

export const sessionSchema = v.object({ token: v.string() })

export const requestSchema = v.object({
  id: v.string(),
  receivedAt: v.string(),
  dueAt: v.string(),
})
export type Request = v.InferOutput<typeof requestSchema>

type Wished = 'given' | 'refused' | 'withdrawn' | 'objected' | { readonly paused: number }
/** What a switch or a button asks for. */
export type Wish = { readonly choices: Readonly<Record<string, Wished>> }

/** What came by letter or telephone in the reader's name, and waits for their word that it was them. */
const waiting = v.object({
  id: v.string(),
  kind: v.picklist(['access', 'rectification', 'erasure', 'restriction', 'objection']),
  detail: v.optional(v.string()),
  status: v.string(),
  receivedAt: v.string(),
})
export type Waiting = v.InferOutput<typeof waiting>
export const requestsSchema = v.object({ requests: v.array(waiting) })

/** The id that stands for all marketing at once. */
export const directMarketing = 'direct-marketing'
