/** Finds when a schedule expression of EventBridge is next due: `rate(5 minutes)`, `cron(…)`. */
export function nextRun(expression: string, after: Date): Date {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression)
  if (rate) return new Date(after.getTime() + Number(rate[1]) * unitMilliseconds(rate[2]))
  const cron = /^cron\((.+)\)$/.exec(expression)
  if (cron?.[1] !== undefined) return nextCronRun(cron[1], after)
  throw new Error(`The local cloud does not understand the schedule ${expression}`)
}

const minute = 60_000
const mostMinutesAhead = 366 * 24 * 60

function unitMilliseconds(unit: string | undefined): number {
  if (unit === 'day') return 24 * 60 * minute
  return unit === 'hour' ? 60 * minute : minute
}

/** Fields: minutes, hours, day of month, month, day of week (1 is Sunday), year; all in UTC. */
function nextCronRun(fields: string, after: Date): Date {
  const [minutes = '', hours = '', days = '', months = '', weekdays = ''] = fields.split(' ')
  const start = Math.floor(after.getTime() / minute) * minute
  for (let ahead = 1; ahead <= mostMinutesAhead; ahead += 1) {
    const time = new Date(start + ahead * minute)
    const due =
      fieldHolds(minutes, time.getUTCMinutes()) &&
      fieldHolds(hours, time.getUTCHours()) &&
      fieldHolds(days, time.getUTCDate()) &&
      fieldHolds(months, time.getUTCMonth() + 1) &&
      fieldHolds(weekdays, time.getUTCDay() + 1)
    if (due) return time
  }
  throw new Error(`cron(${fields}) is never due within a year`)
}

const names = new Map(
  ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
    .map((name, index): [string, number] => [name, index + 1])
    .concat(
      ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'].map((name, index) => [name, index + 1]),
    ),
)

function fieldHolds(field: string, value: number): boolean {
  return field.split(',').some((part) => {
    if (part === '*' || part === '?') return true
    const [range = '', step] = part.split('/')
    const [from = '', to] = range.split('-')
    const first = range === '*' ? 0 : numberOf(from)
    if (step !== undefined) return value >= first && (value - first) % Number(step) === 0
    return to === undefined ? value === first : value >= first && value <= numberOf(to)
  })
}

function numberOf(text: string): number {
  const value = names.get(text.toUpperCase()) ?? Number(text)
  if (!Number.isInteger(value))
    throw new Error(`The local cloud does not understand ${text} in a cron`)
  return value
}
