import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sendRate } from '../../../functions/campaign/send-rate.ts'

const quota = { enabled: true, perSecond: 14, perDay: 50_000, sentToday: 0 }

describe('how fast campaigns leave', () => {
  it('is four fifths of what SES lets the account send: letters are waited for', () => {
    expect(sendRate(quota, 50)).toEqual({ seconds: 10, most: 112 })
    expect(sendRate({ ...quota, perSecond: 500 }, 50)).toEqual({ seconds: 10, most: 4000 })
  })

  it('gives a slow account time for a whole batch', () => {
    expect(sendRate({ ...quota, perSecond: 1 }, 50)).toEqual({ seconds: 63, most: 50 })
  })

  it.each([
    ['sending is paused', { enabled: false }],
    ['nothing may be sent', { perSecond: 0 }],
    ['campaigns have had their share of the day', { sentToday: 39_951 }],
  ])('is nothing when %s', (_, over) => {
    expect(sendRate({ ...quota, ...over }, 50)).toBeUndefined()
  })

  it('has no end of the day where SES names none', () => {
    const endless = { ...quota, perDay: Number.POSITIVE_INFINITY, sentToday: 1e9 }
    expect(sendRate(endless, 50)).toBeDefined()
  })

  it('never exceeds the share over a stretch, but for one batch, and always lets one through', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 5000, noNaN: true }), (perSecond) => {
        const rate = sendRate({ ...quota, perSecond }, 50)
        if (rate === undefined) throw new Error('nothing may leave')
        expect(rate.most).toBeGreaterThanOrEqual(50)
        expect(rate.most / rate.seconds).toBeLessThanOrEqual(perSecond * 0.8 + 1e-9)
      }),
    )
  })
})
