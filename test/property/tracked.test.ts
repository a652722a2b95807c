import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Figures } from '../../functions/campaign/figures.ts'
import type { MessageHit } from '../../functions/tracking/classify.ts'
import { figuresChange } from '../../functions/tracking/figures.ts'
import { signs } from '../../functions/tracking/sign.ts'
import { summaryOf, type Tracked, withHits } from '../../functions/tracking/tracked.ts'
import { holds } from '../support/holds.ts'

const sentAt = Date.parse('2026-11-27T08:00:00Z')
const facts = { sentAt, links: 5 }
const seen = {
  id: fc.nat({ max: 30 }).map(String),
  at: fc.integer({ min: -5000, max: 120_000 }).map((ms) => sentAt + ms),
  sign: fc.constantFrom(...signs, 'client' as const, 'client' as const, 'client' as const),
}
const anyHit: fc.Arbitrary<MessageHit> = fc.oneof(
  fc.record({ ...seen, kind: fc.constant('open' as const) }),
  fc.record({ ...seen, kind: fc.constant('click' as const), link: fc.nat({ max: 4 }) }),
)
/** One fetch has one id, and is the same whenever it is delivered. */
const hits = fc.uniqueArray(anyHit, { selector: ({ id }) => id, maxLength: 25 })

type Recorded = { tracked: Tracked | undefined; totals: Figures; hours: Figures }
function record(batches: readonly (readonly MessageHit[])[]): Recorded {
  let tracked: Tracked | undefined
  const sums = { totals: {}, hours: {} }
  for (const batch of batches) {
    const judged = withHits(tracked, batch, facts)
    if (judged === undefined) continue
    const change = figuresChange(tracked, judged)
    add(sums.totals, change.totals)
    add(sums.hours, change.hours)
    tracked = judged.tracked
  }
  return { tracked, ...sums }
}

function add(sums: Record<string, number>, change: Figures): void {
  for (const [name, by] of Object.entries(change)) {
    sums[name] = (sums[name] ?? 0) + by
    if (sums[name] === 0) delete sums[name]
  }
}

/** The hits cut into batches at places, some batches delivered twice, some late. */
const delivered = fc
  .record({ hits, keys: fc.array(fc.nat({ max: 1000 })), again: fc.array(fc.boolean()) })
  .map((drawn) => {
    const shuffled = drawn.hits
      .map((hit, index) => ({ hit, key: drawn.keys[index] ?? index }))
      .sort((a, b) => a.key - b.key)
      .map(({ hit }) => hit)
    const batches = Array.from({ length: Math.ceil(shuffled.length / 3) }, (_, at) =>
      shuffled.slice(at * 3, at * 3 + 3),
    )
    return {
      hits: drawn.hits,
      batches: [...batches, ...batches.filter((_, at) => drawn.again[at])],
    }
  })

describe('a message’s hits', () => {
  test('TRACK-06 give the same record and figures in one batch, in many, out of order and twice', () => {
    return holds(
      fc.property(delivered, ({ hits: all, batches }) => {
        const { tracked: once, ...figures } = record([all])
        const { tracked: often, ...summed } = record(batches)
        expect(summed).toEqual(figures)
        expect(often?.hits).toEqual(once?.hits)
        return true
      }),
    )
  })

  test('the figures add up to what is known of the message', () => {
    return holds(
      fc.property(delivered, ({ batches }) => {
        const { tracked, totals } = record(batches)
        const { counts } = tracked === undefined ? { counts: {} } : summaryOf(tracked)
        expect(totals).toMatchObject(counts)
        return true
      }),
    )
  })
})
