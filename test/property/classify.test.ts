import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { classify, type Facts, type MessageHit } from '../../functions/tracking/classify.ts'
import { signs } from '../../functions/tracking/sign.ts'
import { holds } from '../support/holds.ts'

const sentAt = Date.parse('2026-11-27T08:00:00Z')
const seen = {
  id: fc.uuid(),
  // Close together, so that bursts happen.
  at: fc.oneof(
    fc.integer({ min: 0, max: 6000 }).map((ms) => sentAt + 30_000 + ms),
    fc.integer({ min: -20_000, max: 200_000 }).map((ms) => sentAt + ms),
  ),
  sign: fc.constantFrom(...signs, 'client' as const, 'client' as const),
  crowd: fc.option(fc.constant(true as const), { nil: undefined, freq: 8 }),
}
const anyHit: fc.Arbitrary<MessageHit> = fc.oneof(
  fc.record({ ...seen, kind: fc.constant('open' as const) }),
  fc.record({ ...seen, kind: fc.constant('click' as const), link: fc.nat({ max: 4 }) }),
)
const anyFacts: fc.Arbitrary<Facts> = fc.record({
  sentAt: fc.option(fc.constant(sentAt), { nil: undefined }),
  links: fc.integer({ min: 1, max: 6 }),
  trap: fc.option(fc.nat({ max: 6 }), { nil: undefined }),
})
const hits = fc.array(anyHit, { maxLength: 14 })

const byId = (list: readonly MessageHit[], facts: Facts) =>
  new Map(classify(list, facts).map((verdict, index) => [list[index]?.id, verdict]))

describe('judging hits', () => {
  test('TRACK-06 does not depend on the order in which they came', () => {
    return holds(
      fc.property(hits, fc.array(fc.nat()), anyFacts, (list, order, facts) => {
        const shuffled = list
          .map((hit, index) => ({ hit, place: order[index] ?? 0 }))
          .sort((a, b) => a.place - b.place)
          .map(({ hit }) => hit)
        expect(byId(shuffled, facts)).toEqual(byId(list, facts))
      }),
    )
  })

  test('TRACK-09 a further hit may unmask a machine, and never makes a person of one', () => {
    return holds(
      fc.property(hits, anyHit, anyFacts, (list, further, facts) => {
        const before = byId(list, facts)
        const after = byId([...list, further], facts)
        for (const [id, { class: was }] of before) {
          if (was === 'human_likely') continue
          expect(after.get(id)?.class).not.toBe('human_likely')
        }
      }),
    )
  })

  test('TRACK-08 a user agent alone never makes a person of a machine’s sign', () => {
    return holds(
      fc.property(hits, anyFacts, (list, facts) => {
        for (const [index, verdict] of classify(list, facts).entries()) {
          if (verdict.class === 'human_likely') expect(list[index]?.sign).toBe('client')
        }
      }),
    )
  })
})
