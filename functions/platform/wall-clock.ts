/** A day and time as somebody reads them off a clock: `2026-12-01T09:00`. */
export const wallClockPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/

/** A moment, or why the clock of that place never shows this time, or shows it twice. */
export type WallClock = Date | 'no-such-zone' | 'no-such-time' | 'twice'

const dayMs = 86_400_000

/**
 * When the clocks of a place (IANA name) show a time. A time that summer time leaps over, or goes
 * through twice, is not guessed at.
 */
export function atWallClock(time: string, zone: string): WallClock {
  const clock = clockOf(zone)
  if (clock === undefined) return 'no-such-zone'
  const asUtc = Date.parse(`${time}:00Z`)
  // Another way back would be another time: 31 February is none.
  if (Number.isNaN(asUtc) || shown(utc, asUtc) !== time) return 'no-such-time'
  // What the place is ahead of UTC the day before and the day after: it changes at most once between.
  const offsets = new Set(
    [-dayMs, dayMs].map((by) => Date.parse(`${shown(clock, asUtc + by)}:00Z`) - (asUtc + by)),
  )
  const moments = [...offsets].map((offset) => asUtc - offset)
  const [moment, other] = moments.filter((each) => shown(clock, each) === time)
  if (moment === undefined) return 'no-such-time'
  return other === undefined ? new Date(moment) : 'twice'
}

function clockOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const utc = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'UTC',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
})

/** Swedish writes dates as ISO 8601 does, with a space. */
const shown = (clock: Intl.DateTimeFormat, at: number): string => clock.format(at).replace(' ', 'T')
