import { parseArgs } from 'node:util'
import * as v from 'valibot'
import type { Cloud } from './cloud.ts'
import { readFaultPlan } from './faults/rule.ts'
import { grantLine } from './iam/grants.ts'
import { defaultPort } from './ports.ts'

const usage = `usage: npm start -- [--port <port>] [--empty] [--data <directory>] [--verbose]
                    [--faults <file>] [--report-grants]

  --port     where the site answers (default ${defaultPort}); inbox, issuer, DynamoDB, SQS+SNS+S3, SSM,
             the functions' proxy and the API past the CDN take the seven ports after it
  --empty    start without the demo data
  --data     keep the database and its keys in this directory
  --verbose  show what the functions log, and how long each phase of the start takes
  --faults   make calls of the functions go wrong by the rules in this JSON file, such as
             {"seed": 7, "rules": [{"service": "dynamodb", "fault": "throttle", "probability": 0.1}]}
  --report-grants
             on Ctrl-C, list what the functions' roles allow and nothing has used`

const portMessage = '--port takes a number from 1 to 65528'

const portSchema = v.pipe(
  v.string(),
  v.regex(/^\d+$/, portMessage),
  v.transform(Number),
  v.minValue(1, portMessage),
  v.maxValue(65_528, portMessage),
)

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => interrupted.abort())
}

stopWithNpm()

try {
  await run()
} catch (error) {
  if (!interrupted.signal.aborted) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}

async function run(): Promise<void> {
  const { port, help, 'report-grants': reportGrants, ...options } = readArguments()
  if (help) {
    process.stdout.write(`${usage}\n`)
    return
  }
  const started = performance.now()
  const onPhase = (name: string) => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    if (options.verbose) process.stderr.write(`${seconds} s  ${name}\n`)
  }
  // Loaded only now: a wrong flag is answered at once.
  const { startCloud } = await import('./cloud.ts')
  const cloud = await startCloud({ port, ...options, onPhase, signal: interrupted.signal })
  announce(cloud)
  await untilOver(cloud)
  if (reportGrants) report(cloud)
}

/**
 * npm passes a signal on to the shell between it and us, which dies of it without a word to us. So a
 * start by npm also ends when that shell is gone.
 */
function stopWithNpm(): void {
  if (process.env.npm_lifecycle_event === undefined) return
  const { ppid } = process
  setInterval(() => {
    if (process.ppid !== ppid) interrupted.abort()
  }, 250).unref()
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: String(defaultPort) },
      empty: { type: 'boolean', default: false },
      data: { type: 'string' },
      faults: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      'report-grants': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { data, faults, ...others } = values
  const port = v.safeParse(portSchema, values.port)
  if (!port.success) throw new Error(port.issues[0].message)
  return {
    ...others,
    port: port.output,
    ...(data !== undefined && { data }),
    ...(faults !== undefined && { faults: readFaultPlan(faults) }),
  }
}

function announce({ origin, inbox }: Cloud): void {
  process.stdout.write(`ready ${origin}\npage ${origin}/\ninbox ${inbox}\n`)
}

function report({ permissions }: Cloud): void {
  const lines = permissions.unused().map(grantLine)
  process.stdout.write([...lines, `${lines.length} grants were not used`, ''].join('\n'))
}

/** Returns once everything has stopped: because it was asked to, or because a part broke. */
async function untilOver(cloud: Cloud): Promise<void> {
  const asked = new Promise<undefined>((resolve) => {
    if (interrupted.signal.aborted) resolve(undefined)
    interrupted.signal.addEventListener('abort', () => resolve(undefined))
  })
  const reason = await Promise.race([asked, cloud.broken])
  await cloud.stop()
  if (reason !== undefined) throw new Error(`${reason}\nEverything else has been stopped.`)
}
