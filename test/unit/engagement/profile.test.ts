import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Choice } from '../../../functions/consent/choices.ts'
import type { Standing } from '../../../functions/consent/decide.ts'
import type { Engagement } from '../../../functions/engagement/engagement.ts'
import { profileOf } from '../../../functions/engagement/profile.ts'
import { policy } from '../../../policy.ts'
import { holds } from '../../support/holds.ts'
import { policyWith } from '../../support/policies.ts'

/** TRACK-13: what is inferred, from what, and that every point of it can be told. */
const now = new Date('2026-11-27T12:00:00.000Z')
const dayMs = 86_400_000
const daysAgo = (days: number): string => new Date(now.getTime() - days * dayMs).toISOString()
const since = daysAgo(1000)
const { halfLifeDays, points } = policy.profile

const given = (at: string): Choice => ({
  state: 'given',
  rank: '1',
  basis: 'consent',
  at,
  noticeVersion: policy.notice.version,
  ledgerId: 'l',
})
function standing(over: Partial<Standing> = {}): Standing {
  return {
    contactId: 'c',
    choices: { profiling: given(since), 'click-tracking': given(since) },
    restricted: false,
    erasing: false,
    suppressed: [],
    ...over,
  }
}
const followed = (over: Partial<Engagement> = {}): Engagement => ({
  contactId: 'c',
  campaignId: 'ab'.repeat(8),
  link: 0,
  interests: ['planning'],
  at: daysAgo(0),
  hit: 'h',
  ...over,
})
const of = (engagements: readonly Engagement[], over: Partial<Standing> = {}) =>
  profileOf(policy, { standing: standing(over), followed: engagements }, now)

describe('a profile', () => {
  test('TRACK-13 tells of each point which link gave it, when, with what weight and age', () => {
    const old = followed({ at: daysAgo(halfLifeDays), link: 3, interests: ['integration'] })
    expect(of([followed(), old])).toEqual({
      score: points.click * 1.5,
      interests: [
        { interest: 'planning', points: points.click },
        { interest: 'integration', points: points.click / 2 },
      ],
      inputs: [
        {
          campaignId: 'ab'.repeat(8),
          link: 0,
          at: daysAgo(0),
          interests: ['planning'],
          weight: points.click,
          ageDays: 0,
          points: points.click,
        },
        {
          campaignId: 'ab'.repeat(8),
          link: 3,
          at: old.at,
          interests: ['integration'],
          weight: points.click,
          ageDays: halfLifeDays,
          points: points.click / 2,
        },
      ],
    })
  })

  test('TRACK-13 a link that tells of two interests counts for each, and once in the score', () => {
    const profile = of([followed({ interests: ['planning', 'integration'] })])
    expect(profile?.score).toBe(points.click)
    expect(profile?.interests.map((each) => each.points)).toEqual([points.click, points.click])
  })

  test('TRACK-13 SUPP-06 the score is what its inputs add up to, and only falls while nothing is followed', async () => {
    const ages = fc.array(fc.double({ min: 0, max: 900, noNaN: true }), { maxLength: 20 })
    const laters = fc.double({ min: 0, max: 400, noNaN: true })
    const property = fc.property(ages, laters, (days, later) => {
      const engagements = days.map((age, link) => followed({ at: daysAgo(age), link }))
      const at = (moment: Date) =>
        profileOf(policy, { standing: standing(), followed: engagements }, moment)
      const profile = at(now)
      const sum = (profile?.inputs ?? []).reduce((total, input) => total + input.points, 0)
      expect(profile?.score).toBeCloseTo(sum, 6)
      const after = at(new Date(now.getTime() + later * dayMs))
      expect(after?.score).toBeLessThanOrEqual((profile?.score ?? 0) + 1e-9)
      for (const input of profile?.inputs ?? []) {
        expect(input.points).toBeLessThanOrEqual(points.click)
        const age = (now.getTime() - Date.parse(input.at)) / dayMs
        expect(input.points).toBeCloseTo(points.click * 0.5 ** (age / halfLifeDays), 1)
      }
      return true
    })
    await holds(property)
  })

  test.each<[string, Partial<Standing>]>([
    ['restricted', { restricted: true }],
    ['being erased', { erasing: true }],
    ['an address that refuses everything', { suppressed: ['objection'] }],
    ['nothing said of profiling', { choices: { 'click-tracking': given(since) } }],
    ['nothing said of clicks', { choices: { profiling: given(since) } }],
    [
      'an objection to profiling',
      {
        choices: {
          'click-tracking': given(since),
          profiling: { ...given(since), state: 'objected' },
        },
      },
    ],
  ])('TRACK-11 there is none: %s', (_, over) => {
    expect(of([followed()], over)).toBeUndefined()
  })

  test('TRACK-11 what was followed before the yes that stands now counts nothing, whichever of the two is younger', () => {
    for (const purpose of ['profiling', 'click-tracking']) {
      const choices = { ...standing().choices, [purpose]: given(daysAgo(5)) }
      expect(
        of([followed({ at: daysAgo(6) }), followed({ at: daysAgo(4) })], { choices }),
      ).toMatchObject({ inputs: [{ at: daysAgo(4) }] })
    }
  })

  test('TRACK-15 an interest that the policy has taken back tells nothing any more', () => {
    expect(of([followed({ interests: ['taken-back'] })])).toEqual({
      score: 0,
      interests: [],
      inputs: [],
    })
  })

  test('TRACK-07 an open can be declared to count nothing, and nothing else', () => {
    expect(policy.profile.points.open).toBe(0)
    expect(() =>
      policyWith((declared) => {
        Object.assign(declared.profile.points, { open: 1 })
      }),
    ).toThrow('profile.points.open')
  })
})
