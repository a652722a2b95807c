import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hasOrder, inOrderOf } from '../../../functions/campaign/block-order.ts'
import { holds } from '../../support/holds.ts'

/** Personalised order of tagged blocks: pure, and never anything but an order. */
const interests = ['planning', 'integration', 'security', 'unknown'] as const
const block = fc.record({
  id: fc.nat(),
  interests: fc.uniqueArray(fc.constantFrom(...interests), { minLength: 1 }),
})
const blocks = fc.array(block, { maxLength: 12 })
const points = fc.dictionary(fc.constantFrom(...interests.slice(0, 3)), fc.nat({ max: 4 }))
const mapOf = (of: Record<string, number>) => new Map(Object.entries(of))

describe('the order of tagged blocks', () => {
  test('is a permutation of what is written', () =>
    holds(
      fc.property(blocks, points, (written, of) => {
        const order = inOrderOf(mapOf(of), written)
        expect(order).toHaveLength(written.length)
        expect(new Set(order)).toEqual(new Set(written))
      }),
    ))

  test('is the written one for whoever has no profile', () =>
    holds(
      fc.property(blocks, (written) => {
        expect(inOrderOf(new Map(), written)).toEqual(written)
      }),
    ))

  test('falls in points, and what is worth the same keeps the order in which it is written', () =>
    holds(
      fc.property(blocks, points, (written, of) => {
        const worth = (each: { interests: readonly string[] }) =>
          each.interests.reduce((most, interest) => Math.max(most, of[interest] ?? 0), 0)
        const order = inOrderOf(mapOf(of), written)
        order.slice(1).forEach((later, index) => {
          const earlier = order[index]
          if (earlier === undefined) throw new Error('there is one before each')
          const falls = worth(earlier) - worth(later)
          expect(falls).toBeGreaterThanOrEqual(0)
          if (falls === 0) expect(written.indexOf(earlier)).toBeLessThan(written.indexOf(later))
        })
      }),
    ))

  test('counts of a block the interest that is worth most, not how many it is tagged with', () => {
    const [many, one] = [{ interests: ['a', 'b'] }, { interests: ['c'] }]
    expect(inOrderOf(new Map(Object.entries({ a: 2, b: 2, c: 3 })), [many, one])).toEqual([
      one,
      many,
    ])
  })

  test.for([
    [[], false],
    [[['a']], false],
    [[['a'], ['a']], false],
    [
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
      false,
    ],
    [[['a'], ['b']], true],
    [[['a'], ['a', 'b']], true],
  ] as const)('is there to choose in %j: %s', ([tags, is]) => {
    expect(hasOrder(tags.map((each) => ({ interests: each })))).toBe(is)
  })
})
