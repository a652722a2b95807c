import * as v from 'valibot'

/** A fault as a function logs it: its kind, and those of what caused it. */
const faultSchema = v.object({
  level: v.literal('ERROR'),
  message: v.string(),
  timestamp: v.string(),
  service: v.string(),
  fault: v.optional(v.string(), 'none'),
  causes: v.optional(v.array(v.string()), []),
})

/** What the soak injects, as the clients name it, and what nobody can tell from it. */
const injected: ReadonlySet<string> = new Set([
  'TransactionConflictException',
  'TransactionCanceledException',
  'ThrottlingException',
  'RequestThrottled',
  'TooManyRequestsException',
  'SlowDown',
  'InternalServerError',
  'InternalServiceErrorException',
  'InternalError',
  'InternalFailure',
  'TimeoutError',
  'SocketError',
  // A connection that broke, and what gave up after its attempts, have no name of their own.
  'Error',
  // An answer of 503.
  'Problem',
])
/** A process that was killed, or waited for a service that never answered. */
const endings = [/ ended with a signal$/, / Task timed out after /]

/** Every fault that none of the injected ones explains, and every one at all since nothing is injected. */
export function strangeFaults(logs: string, quietSince: number): string[] {
  return logs
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      if (!line.startsWith('{')) {
        return endings.some((ending) => ending.test(line)) ? [] : [`a line in the logs: ${line}`]
      }
      const parsed = v.safeParse(faultSchema, JSON.parse(line))
      if (!parsed.success) return []
      const { service, message, fault, causes, timestamp } = parsed.output
      const root = causes.at(-1) ?? fault
      const told = `a fault of ${service}: ${message}, ${[fault, ...causes].join(' < ')}`
      if (Date.parse(timestamp) > quietSince) return [`${told}, when nothing went wrong any more`]
      return injected.has(root) ? [] : [told]
    })
}
