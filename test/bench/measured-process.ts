import { createRequire } from 'node:module'

/**
 * The program of a process that is measured: loads one bundle, then plays Lambda's runtime for rounds
 * of events, one at a time. It stays free of packages, so that what it spends is the bundle's.
 */

export type Round = {
  /** Each as JSON text, as Lambda's runtime interface hands it over. */
  events: string[]
  /** For a floor: what to send to AWS for each event, prepared before the clock starts. */
  prepared?: string[]
}
export type RoundResult = {
  /** User and system time of the whole process, garbage collection and compilation included. */
  cpuMicroseconds: number
  seconds: number
  /** Largest resident memory so far. */
  peakBytes: number
  results: string[]
}

type Module = {
  handler: (event: unknown, context: object) => Promise<unknown>
  prepare?: (prepared: string[]) => void
}

const path = process.env.LAMBDA_MODULE ?? ''
const loaded: Module = createRequire(import.meta.url)(path)
process.on('message', (round: Round) => void run(round))
process.on('disconnect', () => process.exit(0))
process.send?.('ready')

async function run({ events, prepared }: Round): Promise<void> {
  try {
    if (prepared !== undefined) loaded.prepare?.(prepared)
    const results: string[] = []
    const start = performance.now()
    const before = process.cpuUsage()
    for (const event of events) {
      results.push(JSON.stringify(await loaded.handler(JSON.parse(event), context)))
    }
    const { user, system } = process.cpuUsage(before)
    const seconds = (performance.now() - start) / 1000
    const peakBytes = process.resourceUsage().maxRSS * 1024
    const result: RoundResult = { cpuMicroseconds: user + system, seconds, peakBytes, results }
    process.send?.(result)
  } catch (error) {
    console.error(error)
    process.exit(1)
  }
}

const context = {
  awsRequestId: '00000000-0000-4000-8000-000000000000',
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:eu-north-1:000000000000:function:bench',
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => 10_000,
}
