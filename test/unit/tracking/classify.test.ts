import { describe, expect, test } from 'vitest'
import {
  type Click,
  classify,
  type Facts,
  type MessageHit,
} from '../../../functions/tracking/classify.ts'

const sent = Date.parse('2026-11-27T08:00:00Z')
const facts: Facts = { sentAt: sent, links: 8 }
const later = (seconds: number): number => sent + seconds * 1000
let made = 0
const click = (link: number, at: number, over: Partial<Click> = {}): MessageHit => ({
  id: String(++made),
  kind: 'click',
  link,
  at,
  sign: 'client',
  ...over,
})
const open = (at: number, over: { crowd?: true } = {}): MessageHit => ({
  id: String(++made),
  kind: 'open',
  at,
  sign: 'client',
  ...over,
})
const reasons = (hits: MessageHit[], known: Facts = facts) =>
  classify(hits, known).map(({ class: found, reason }) => `${found}: ${reason}`)

describe('TRACK-09 what no person does', () => {
  test('a click in the first ten seconds, or before the mail was handed over', () => {
    expect(reasons([click(0, later(9.9)), click(1, later(-60)), click(2, later(70))])).toEqual([
      'scanner: too-soon',
      'scanner: too-soon',
      'human_likely: client',
    ])
    expect(reasons([click(0, later(10))])).toEqual(['human_likely: client'])
    expect(reasons([click(0, later(1))], { links: 8 })).toEqual(['human_likely: client'])
  })

  test('three links within two seconds: also the first of them, once the burst is complete', () => {
    const [a, b, c] = [click(0, later(60)), click(1, later(61)), click(2, later(62))]
    expect(reasons([a])).toEqual(['human_likely: client'])
    expect(reasons([a, b])).toEqual(['human_likely: client', 'human_likely: client'])
    expect(reasons([a, b, c])).toEqual(Array.from({ length: 3 }, () => 'scanner: burst'))
  })

  test('one link three times is a person without patience, and so are three links in three seconds', () => {
    const again = [click(4, later(60)), click(4, later(60.5)), click(4, later(61))]
    expect(new Set(reasons(again))).toEqual(new Set(['human_likely: client']))
    const slower = [click(0, later(60)), click(1, later(61.5)), click(2, later(63))]
    expect(new Set(reasons(slower))).toEqual(new Set(['human_likely: client']))
  })

  test('every link there is within a minute', () => {
    const four = [0, 1, 2, 3].map((link) => click(link, later(60 + link * 15)))
    expect(new Set(reasons(four, { ...facts, links: 4 }))).toEqual(new Set(['scanner: all-links']))
    expect(new Set(reasons(four, { ...facts, links: 5 }))).toEqual(
      new Set(['human_likely: client']),
    )
    const bothOfTwo = [click(0, later(60)), click(1, later(70))]
    expect(new Set(reasons(bothOfTwo, { ...facts, links: 2 }))).toEqual(
      new Set(['human_likely: client']),
    )
  })

  test('the link that no person can see, and what was clicked around it', () => {
    const hits = [click(0, later(60)), click(7, later(90)), click(1, later(900))]
    expect(reasons(hits, { ...facts, trap: 7 })).toEqual([
      'scanner: trap',
      'scanner: trap',
      'human_likely: client',
    ])
  })

  test('one network over many recipients: no person for a click, not known for an open', () => {
    expect(
      reasons([click(0, later(60), { crowd: true }), open(later(60), { crowd: true })]),
    ).toEqual(['scanner: crowd', 'unknown: crowd'])
  })

  test('an open among a burst of clicks is judged by its own sign', () => {
    const hits = [open(later(60)), ...[0, 1, 2].map((link) => click(link, later(60)))]
    expect(reasons(hits)[0]).toBe('human_likely: client')
  })
})
