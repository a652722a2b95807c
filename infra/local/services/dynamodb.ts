import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export type DynamoDb = {
  endpoint: string
  /** Process of the database; none when it runs elsewhere. */
  pid: number | undefined
  /** Settles when the database ends, with what it said last. */
  ended: Promise<string>
  stop: () => Promise<void>
}

export type DynamoDbOptions = {
  port: number
  /** Keeps the tables; without it they live in memory. */
  file?: string
  /** Address of another DynamoDB, which is used instead of starting one. */
  elsewhere: string | undefined
}

/** Starts dynoxide on a file, or takes the DynamoDB that already runs elsewhere. */
export async function startDynamoDb(options: DynamoDbOptions): Promise<DynamoDb> {
  if (options.elsewhere !== undefined) {
    const never = new Promise<string>(() => {})
    return { endpoint: options.elsewhere, pid: undefined, ended: never, stop: async () => {} }
  }
  const { port, file } = options
  const path = file === undefined ? [] : ['--db-path', file]
  const child = spawn(binary(), ['--host', '127.0.0.1', '--port', String(port), ...path], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own process group: Ctrl-C reaches the local cloud alone, which then stops it in order.
    detached: true,
  })
  const { listening, ended } = watch(child)
  await Promise.race([listening, ended.then(failed)])
  return {
    endpoint: `http://127.0.0.1:${port}`,
    pid: child.pid,
    ended,
    stop: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

function failed(lastWords: string): never {
  throw new Error(`The local DynamoDB did not start. ${lastWords}`)
}

function binary(): string {
  try {
    const manifest = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json')
    return join(dirname(manifest), 'dynoxide')
  } catch (cause) {
    throw new Error(
      'No local DynamoDB for this platform is installed: start one, and pass its address in DYNAMODB_ENDPOINT',
      { cause },
    )
  }
}

/** What the database says tells when it listens, and, once it has ended, why. */
function watch(child: ChildProcess): { listening: Promise<void>; ended: Promise<string> } {
  let said = ''
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', () => resolve(said.trim()))
  })
  const listening = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8')
      stream?.on('data', (text: string) => {
        said = (said + text).slice(-2000)
        if (said.includes('listening on')) resolve()
      })
    }
  })
  return { listening, ended }
}
