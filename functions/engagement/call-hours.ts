import type { Policy } from '../consent/policy.ts'

const blockedDays = ['Sat', 'Sun']

/** CALL-04: consumers are called on weekdays, within the hours of the policy, as the clocks there show them. */
export function isCallHour({ calls: { hours, zone } }: Policy, now: Date): boolean {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(now)
  const part = (wanted: 'weekday' | 'hour'): string =>
    parts.find(({ type }) => type === wanted)?.value ?? ''
  const hour = Number(part('hour'))
  return !blockedDays.includes(part('weekday')) && hour >= hours.from && hour < hours.to
}
