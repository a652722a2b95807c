import { describe, expect, it } from 'vitest'
import { pauseLeft } from '../../../functions/letters/cool-down.ts'
import { rates } from '../../../functions/letters/rate.ts'
import { dawn, later } from '../../support/acts.ts'

const minute = 60_000

describe('the pause of one mailbox (SEC-09)', () => {
  it('is none before the first letter', () => {
    expect(pauseLeft('confirm', { letters: 0 }, dawn)).toBe(0)
  })

  it.each([
    ['confirm', 1, 10],
    ['confirm', 2, 20],
    ['confirm', 4, 80],
    ['confirm', 30, 1440],
    ['manage', 1, 2],
    ['manage', 3, 8],
    ['manage', 30, 60],
  ] as const)('after %s letter %i lasts %i minutes', (kind, letters, minutes) => {
    const stood = { at: dawn, letters }
    expect(pauseLeft(kind, stood, dawn)).toBe(minutes * minute)
    expect(pauseLeft(kind, stood, later(minutes * minute - 1))).toBe(1)
    expect(pauseLeft(kind, stood, later(minutes * minute))).toBe(0)
  })

  it('ends with the lease of an attempt that died, so that its letter is not lost', () => {
    const stood = { at: dawn, letters: 3, lease: later(minute) }
    expect(pauseLeft('manage', stood, later(1))).toBe(minute - 1)
    expect(pauseLeft('manage', stood, later(minute))).toBe(0)
  })
})

describe('the rates', () => {
  it('leave more than half of SES’s first quotas to what nobody else can cause', () => {
    expect(rates.confirmMinute.most / rates.confirmMinute.seconds).toBeLessThan(14 / 2)
    expect(rates.confirmDay.most).toBeLessThan(50_000 / 2)
  })
})
