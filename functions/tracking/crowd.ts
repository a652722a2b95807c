import type { HitMessage } from './hit-message.ts'

/** More people than share a desk or a home, and than read their mail in the same seconds. */
const crowdOf = 10

/**
 * Networks that fetch for many recipients within one batch, as a company's mail gateway does on delivery
 * (TRACK-09). A batch is what came in within seconds, and nothing of a network is remembered after it.
 */
export function crowdsIn(hits: readonly HitMessage[]): ReadonlySet<string> {
  const byNetwork = Map.groupBy(hits, ({ network }) => network)
  const crowds = [...byNetwork].filter(
    ([, theirs]) => new Set(theirs.map(({ messageId }) => messageId)).size >= crowdOf,
  )
  return new Set(crowds.map(([network]) => network))
}
