import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { atWallClock } from '../../../functions/platform/wall-clock.ts'

describe('a time as the clocks of a place show it', () => {
  it.each([
    ['2026-12-01T09:00', 'Europe/Oslo', '2026-12-01T08:00:00.000Z'],
    ['2026-07-01T09:00', 'Europe/Oslo', '2026-07-01T07:00:00.000Z'],
    ['2026-12-01T09:00', 'UTC', '2026-12-01T09:00:00.000Z'],
    ['2026-12-01T00:00', 'Asia/Kathmandu', '2026-11-30T18:15:00.000Z'],
    ['2026-12-01T23:30', 'America/New_York', '2026-12-02T04:30:00.000Z'],
    ['2026-12-01T09:00', 'Pacific/Kiritimati', '2026-11-30T19:00:00.000Z'],
    ['2026-12-01T09:00', 'Pacific/Niue', '2026-12-01T20:00:00.000Z'],
    // The last minute before, and the first after, the clocks go forward and back.
    ['2027-03-28T01:59', 'Europe/Oslo', '2027-03-28T00:59:00.000Z'],
    ['2027-03-28T03:00', 'Europe/Oslo', '2027-03-28T01:00:00.000Z'],
    ['2027-10-31T01:59', 'Europe/Oslo', '2027-10-30T23:59:00.000Z'],
    ['2027-10-31T03:00', 'Europe/Oslo', '2027-10-31T02:00:00.000Z'],
    // Half an hour only.
    ['2027-04-04T02:00', 'Australia/Lord_Howe', '2027-04-03T15:30:00.000Z'],
  ])('%s in %s is %s', (time, zone, moment) => {
    expect(atWallClock(time, zone)).toEqual(new Date(moment))
  })

  it.each([
    ['2027-03-28T02:00', 'Europe/Oslo', 'no-such-time'],
    ['2027-03-28T02:59', 'Europe/Oslo', 'no-such-time'],
    ['2027-10-31T02:00', 'Europe/Oslo', 'twice'],
    ['2027-10-31T02:59', 'Europe/Oslo', 'twice'],
    ['2027-02-31T09:00', 'Europe/Oslo', 'no-such-time'],
    ['2027-13-01T09:00', 'Europe/Oslo', 'no-such-time'],
    ['2027-01-01T24:00', 'Europe/Oslo', 'no-such-time'],
    ['2027-01-01T25:61', 'Europe/Oslo', 'no-such-time'],
    ['2027-01-01T09:00', 'Mars/Olympus', 'no-such-zone'],
    ['2027-01-01T09:00', '', 'no-such-zone'],
  ])('%s in %s is none: %s', (time, zone, because) => {
    expect(atWallClock(time, zone)).toBe(because)
  })

  it('is what the clocks there show at that moment, or none', () => {
    const zones = Intl.supportedValuesOf('timeZone')
    const minutes = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2036, 0) })
    fc.assert(
      fc.property(minutes, fc.constantFrom(...zones), (ms, timeZone) => {
        const time = new Date(ms).toISOString().slice(0, 16)
        const moment = atWallClock(time, timeZone)
        if (!(moment instanceof Date)) {
          expect(['no-such-time', 'twice']).toContain(moment)
          return
        }
        const there = moment.toLocaleString('sv-SE', { timeZone }).slice(0, 16).replace(' ', 'T')
        expect(there).toBe(time)
      }),
      // A time that Gibraltar's clocks show twice: what `expect` answers is none of the property's.
      { examples: [[2045700000000, 'Europe/Gibraltar']] },
    )
  })
})
