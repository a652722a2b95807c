import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type Synth = {
  /** Receives the cloud assembly and the bundles that it is made from. */
  directory: string
  origin: string
  issuer: string
}

const program = fileURLToPath(new URL('./synth-process.ts', import.meta.url))

export type SynthControl = {
  /** Gives up: ends the process and everything that it started. */
  signal?: AbortSignal
  /** Told of the process group, for whoever must end it otherwise; what it gives is called at its end. */
  onProcess?: (group: number) => () => void
}

/**
 * Synthesizes the CDK app and gives the directory of the cloud assembly. It runs in a process of its
 * own, beside everything else that starts, and without the CDK's command line or its validation by
 * CloudFormation's rules, which take seconds each: `npm run synth` has both.
 * The templates differ from a deployed stage's in their settings alone.
 */
export async function synthesize(synth: Synth, control: SynthControl = {}): Promise<string> {
  const { directory, origin, issuer } = synth
  const outdir = join(directory, 'cdk.out')
  const context = JSON.stringify({ stage: 'local', origin, issuer, mainTable: '', keysTable: '' })
  const bundles = join(directory, 'functions')
  const flags = ['--outdir', outdir, '--bundles', bundles, '--context', context]
  control.signal?.throwIfAborted()
  const child = spawn(process.execPath, [program, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CDK_VALIDATION: 'false' },
    // A group of its own, so that the bundler which it starts can be ended with it.
    detached: true,
  })
  const forget = child.pid === undefined ? undefined : control.onProcess?.(child.pid)
  const giveUp = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
  }
  control.signal?.addEventListener('abort', giveUp)
  try {
    await finished(child)
  } catch (error) {
    // Ended by us: then what made us end it is what went wrong.
    control.signal?.throwIfAborted()
    throw error
  } finally {
    forget?.()
    control.signal?.removeEventListener('abort', giveUp)
  }
  return outdir
}

function finished(child: ChildProcess): Promise<void> {
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8')
    stream?.on('data', (text: string) => {
      said += text
    })
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`The CDK app does not synthesize:\n${said.trim()}`))
    })
  })
}
