import * as v from 'valibot'
import { classes, classify, type Facts, type MessageHit, rulesVersion } from './classify.ts'
import { signs } from './sign.ts'

/**
 * What is kept of one message's hits, in one attribute of the message's item: the hits of the last day,
 * each with its class, so that they can be judged again (TRACK-06); of older ones only counts and three
 * times. However many come, it stays this small.
 */
const judged = { class: v.picklist(classes), reason: v.string() }
const seen = {
  id: v.string(),
  at: v.number(),
  sign: v.picklist(signs),
  crowd: v.optional(v.literal(true)),
  ...judged,
}
const judgedHitSchema = v.variant('kind', [
  v.object({ kind: v.literal('open'), ...seen }),
  v.object({ kind: v.literal('click'), link: v.number(), ...seen }),
])
export type JudgedHit = v.InferOutput<typeof judgedHitSchema>

const summary = {
  /** How often, by `open:<class>`, `click:<class>` and `link:<n>:<class>`. */
  counts: v.record(v.string(), v.number()),
  // A person's own alone, in milliseconds since 1970.
  firstOpen: v.optional(v.number()),
  lastOpen: v.optional(v.number()),
  firstClick: v.optional(v.number()),
}
export const trackedSchema = v.object({
  /** Rises with every write, so that two writers never count one hit twice. */
  revision: v.number(),
  /** By which rules the hits were judged. */
  rules: v.number(),
  hits: v.array(judgedHitSchema),
  /** What has left `hits`; nothing that is as old can be told from what it counted. */
  settled: v.object({ ...summary, until: v.optional(v.number()) }),
})
export type Tracked = v.InferOutput<typeof trackedSchema>
export type Summary = Omit<Tracked['settled'], 'until'>

/** As long as the queue may deliver a message again: until then its id is remembered. */
const keptMs = 86_400_000
const mostKept = 40

const nothing: Tracked = { revision: 0, rules: rulesVersion, hits: [], settled: { counts: {} } }

export type Judged = { tracked: Tracked; hits: readonly JudgedHit[] }

/**
 * The message's record with these hits in it, and each hit of which anything was still known, judged
 * anew; undefined when none is new and none of a crowd that was not known before. Delivered again or in another order, hits make no difference, until
 * there are too many to remember: then what comes late is left out rather than counted twice.
 */
export function withHits(
  before: Tracked | undefined,
  arrived: readonly MessageHit[],
  facts: Facts,
  isCrowd: (hit: MessageHit) => boolean = () => false,
): Judged | undefined {
  const { revision, hits: known, settled } = before ?? nothing
  const fresh = unseen(known, settled.until, arrived)
  const kept = known.map((hit) =>
    hit.crowd || !isCrowd(hit) ? hit : { ...hit, crowd: true as const },
  )
  if (fresh.length === 0 && kept.every((hit, index) => hit === known[index])) return undefined
  const hits = judge([...kept, ...fresh], facts)
  const newest = hits.at(-1)?.at ?? 0
  const tooMany = hits.length - mostKept
  const leaving = hits.filter(({ at }, index) => index < tooMany || at < newest - keptMs)
  const until = leaving.at(-1)?.at ?? settled.until
  return {
    hits,
    tracked: {
      revision: revision + 1,
      rules: rulesVersion,
      hits: hits.slice(leaving.length),
      settled: { ...summed(settled, leaving), until },
    },
  }
}

function unseen(
  kept: readonly JudgedHit[],
  settledUntil: number | undefined,
  arrived: readonly MessageHit[],
): MessageHit[] {
  const known = new Set(kept.map(({ id }) => id))
  return arrived.filter(({ id, at }) => {
    const isNew = !known.has(id) && (settledUntil === undefined || at > settledUntil)
    known.add(id)
    return isNew
  })
}

function judge(hits: readonly MessageHit[], facts: Facts): JudgedHit[] {
  const inOrder = hits.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  const verdicts = classify(inOrder, facts)
  return inOrder.flatMap((hit, index): JudgedHit[] => {
    const verdict = verdicts[index]
    return verdict === undefined ? [] : [{ ...hit, ...verdict }]
  })
}

/** All that is known of one message's hits. */
export function summaryOf({ settled, hits }: Tracked): Summary {
  return summed(settled, hits)
}

function summed(settled: Summary, hits: readonly JudgedHit[]): Summary {
  const counts = { ...settled.counts }
  const count = (key: string): void => {
    counts[key] = (counts[key] ?? 0) + 1
  }
  for (const hit of hits) {
    count(`${hit.kind}:${hit.class}`)
    if (hit.kind === 'click') count(`link:${hit.link}:${hit.class}`)
  }
  const persons = (kind: JudgedHit['kind']): number[] =>
    hits.filter((hit) => hit.kind === kind && hit.class === 'human_likely').map(({ at }) => at)
  const opens = persons('open')
  return {
    counts,
    firstOpen: extreme(Math.min, [settled.firstOpen, ...opens]),
    lastOpen: extreme(Math.max, [settled.lastOpen, ...opens]),
    firstClick: extreme(Math.min, [settled.firstClick, ...persons('click')]),
  }
}

function extreme(
  of: (...times: number[]) => number,
  times: readonly (number | undefined)[],
): number | undefined {
  const known = times.filter((at) => at !== undefined)
  return known.length === 0 ? undefined : of(...known)
}

/** What a message's item holds of its hits; undefined when nothing. */
export function trackedOf(item: Record<string, unknown>): Tracked | undefined {
  return v.parse(v.optional(trackedSchema), item.tracked)
}
