import { describe, expect, it } from 'vitest'
import { nextRun } from '../../../infra/local/schedule-times.ts'

// A Wednesday.
const after = new Date('2026-07-01T10:30:20Z')

describe('a schedule is next due', () => {
  it.each([
    ['rate(1 minute)', '2026-07-01T10:31:20.000Z'],
    ['rate(2 hours)', '2026-07-01T12:30:20.000Z'],
    ['rate(1 day)', '2026-07-02T10:30:20.000Z'],
    ['cron(0 3 * * ? *)', '2026-07-02T03:00:00.000Z'],
    ['cron(0/15 * * * ? *)', '2026-07-01T10:45:00.000Z'],
    ['cron(*/20 * * * ? *)', '2026-07-01T10:40:00.000Z'],
    ['cron(0 6 ? * MON-FRI *)', '2026-07-02T06:00:00.000Z'],
    ['cron(0 6 ? * SUN *)', '2026-07-05T06:00:00.000Z'],
    ['cron(5,10 0 1 JAN ? *)', '2027-01-01T00:05:00.000Z'],
  ])('%s: %s', (expression, expected) => {
    expect(nextRun(expression, after).toISOString()).toBe(expected)
  })

  it.each(['rate(5 weeks)', 'cron(0 3 L * ? *)', 'at(2026-01-01T00:00:00)'])(
    '%s is refused, since it would never run',
    (expression) => {
      expect(() => nextRun(expression, after)).toThrow(/understand/)
    },
  )
})
