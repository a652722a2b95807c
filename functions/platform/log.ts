import { Logger } from '@aws-lambda-powertools/logger'

/**
 * What a log line may hold: ids of things (never of persons) and kinds. There is no field for an
 * address, name, IP, token, body or event, so none can be logged by mistake (SEC-14).
 */
export type LogFields = {
  outcome?: string
  kind?: string
  code?: string
  status?: number
  route?: string
  topic?: string
  count?: number
  exportId?: string
  importId?: string
  campaignId?: string
  requestId?: string
  shard?: string
  seconds?: number
}
export type Log = {
  info: (message: string, fields?: LogFields) => void
  /** Logs the kind of a fault and where it arose; never its message, which may quote input. */
  fault: (message: string, fault: unknown, fields?: LogFields) => void
}

/** Made when there is something to say: it opens the console, which a cold start need not wait for. */
export function powertoolsLog(): Log {
  let made: Logger | undefined
  const logger = (): Logger => {
    made ??= new Logger()
    return made
  }
  return {
    info: (message, fields = {}) => logger().info(message, { ...fields }),
    fault: (message, fault, fields = {}) =>
      logger().error(message, { ...fields, ...faultKind(fault) }),
  }
}

function faultKind(fault: unknown): { fault: string; causes: string[]; at: string[] } {
  const causes: string[] = []
  for (let cause = fault; cause instanceof Error && causes.length < 5; cause = cause.cause) {
    causes.push(cause.name)
  }
  return {
    fault: causes[0] ?? typeof fault,
    causes: causes.slice(1),
    at: fault instanceof Error ? framesOf(fault) : [],
  }
}

/** The stack begins with the message, which may quote lines that look like frames. */
function framesOf({ stack = '', message }: Error): string[] {
  const start = stack.indexOf(message)
  if (start < 0) return []
  return stack
    .slice(start + message.length)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, 6)
}
