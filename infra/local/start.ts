import { parseArgs } from 'node:util'
import * as v from 'valibot'
import type { Cloud } from './cloud.ts'
import { defaultPort } from './ports.ts'

const usage = `usage: npm start -- [--port <port>] [--empty] [--data <directory>] [--verbose]

  --port     where the site answers (default ${defaultPort}); inbox, issuer, DynamoDB, SQS+SNS+S3 and
             SSM take the five ports after it
  --empty    start without the demo data
  --data     keep the database and its keys in this directory
  --verbose  show what the functions log, and how long each phase of the start takes`

const portMessage = '--port takes a number from 1 to 65530'

const portSchema = v.pipe(
  v.string(),
  v.regex(/^\d+$/, portMessage),
  v.transform(Number),
  v.minValue(1, portMessage),
  v.maxValue(65_530, portMessage),
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
  const { port, help, ...options } = readArguments()
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
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { data, ...others } = values
  const port = v.safeParse(portSchema, values.port)
  if (!port.success) throw new Error(port.issues[0].message)
  return { ...others, port: port.output, ...(data !== undefined && { data }) }
}

function announce({ origin, inbox }: Cloud): void {
  process.stdout.write(`ready ${origin}\npage ${origin}/\ninbox ${inbox}\n`)
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
