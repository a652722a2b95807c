import { describe, expect, test } from 'vitest'
import { toItem } from '../../../functions/platform/table.ts'
import type { MessageHit } from '../../../functions/tracking/classify.ts'
import { figuresChange } from '../../../functions/tracking/figures.ts'
import { summaryOf, type Tracked, withHits } from '../../../functions/tracking/tracked.ts'

const sentAt = Date.parse('2026-11-27T08:00:00Z')
const facts = { sentAt, links: 8 }
const minute = 60_000
const day = 1440 * minute
const open = (id: string, at: number, over: Partial<MessageHit> = {}): MessageHit =>
  ({ id, kind: 'open', at, sign: 'client', ...over }) as MessageHit
const click = (id: string, link: number, at: number): MessageHit => ({
  id,
  kind: 'click',
  link,
  at,
  sign: 'client',
})
const noon = sentAt + 240 * minute

describe('what is kept of a message’s hits', () => {
  test('counts by class and link, and a person’s first and last', () => {
    const hits = [
      open('a', noon),
      open('b', noon + day / 2),
      open('c', noon - 1, { sign: 'google-proxy' }),
      click('d', 3, noon + minute),
    ]
    expect(summaryOf(withHits(undefined, hits, facts)!.tracked)).toEqual({
      counts: {
        'open:human_likely': 2,
        'open:image_proxy': 1,
        'click:human_likely': 1,
        'link:3:human_likely': 1,
      },
      firstOpen: noon,
      lastOpen: noon + day / 2,
      firstClick: noon + minute,
    })
  })

  test('a hit that is known is no news', () => {
    const { tracked } = withHits(undefined, [open('a', noon)], facts)!
    expect(withHits(tracked, [open('a', noon)], facts)).toBeUndefined()
  })

  test('TRACK-05 a day later only counts and times are left of it, and they do not change any more', () => {
    const first = withHits(undefined, [open('a', noon)], facts)!.tracked
    const second = withHits(first, [open('b', noon + day + 1)], facts)!.tracked
    expect(second.hits.map(({ id }) => id)).toEqual(['b'])
    expect(summaryOf(second)).toMatchObject({ counts: { 'open:human_likely': 2 }, firstOpen: noon })
    expect(withHits(second, [open('a', noon)], facts)).toBeUndefined()
  })

  test('TRACK-06 figures are taken back from people when a burst is complete', () => {
    const [a, b, c] = [0, 1, 2].map((link) => click(`${link}`, link, noon + link * 500))
    const first = withHits(undefined, [a!, b!], facts)!
    expect(figuresChange(undefined, first)).toEqual({
      totals: {
        'click:human_likely': 2,
        'link:0:human_likely': 1,
        'link:1:human_likely': 1,
        'clicked:human_likely': 1,
        'followed:0': 1,
        'followed:1': 1,
      },
      hours: { '2026-11-27T12:click': 2 },
    })
    const complete = withHits(first.tracked, [c!], facts)!
    expect(figuresChange(first.tracked, complete)).toEqual({
      totals: {
        'click:human_likely': -2,
        'link:0:human_likely': -1,
        'link:1:human_likely': -1,
        'clicked:human_likely': -1,
        'followed:0': -1,
        'followed:1': -1,
        'click:scanner': 3,
        'link:0:scanner': 1,
        'link:1:scanner': 1,
        'link:2:scanner': 1,
        'clicked:scanner': 1,
      },
      hours: { '2026-11-27T12:click': -2 },
    })
  })

  test('ten thousand hits make the item no larger than a few kilobytes, and are counted', () => {
    let tracked: Tracked | undefined
    for (let batch = 0; batch < 100; batch++) {
      const hits = Array.from({ length: 100 }, (_, n) =>
        click(`${batch}-${n}-0000-0000-0000-000000000000`, n % 8, noon + batch * 1000 + n),
      )
      tracked = withHits(tracked, hits, facts)?.tracked
    }
    expect(JSON.stringify(toItem({ tracked })).length).toBeLessThan(16_000)
    expect(summaryOf(tracked!).counts).toMatchObject({ 'click:scanner': 10_000 })
  })
})
