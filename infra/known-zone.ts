/**
 * That clocks of this zone can be read. Asked when the templates are made: at each cold start of each
 * function `Intl` would take a sixth of its import.
 * @throws {RangeError} naming the zone.
 */
export function assertKnownZone(timeZone: string): void {
  Intl.DateTimeFormat('en', { timeZone })
}
