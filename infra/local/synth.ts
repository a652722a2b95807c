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

/**
 * Synthesizes the CDK app and gives the directory of the cloud assembly. It runs in a process of its
 * own, beside everything else that starts, and without the CDK's command line, which takes seconds.
 * The templates differ from a deployed stage's in their settings alone.
 */
export async function synthesize(synth: Synth, signal?: AbortSignal): Promise<string> {
  const { directory, origin, issuer } = synth
  const outdir = join(directory, 'cdk.out')
  const context = JSON.stringify({ stage: 'local', origin, issuer })
  const bundles = join(directory, 'functions')
  const flags = ['--outdir', outdir, '--bundles', bundles, '--context', context]
  const child = spawn(process.execPath, [program, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    killSignal: 'SIGKILL',
    ...(signal && { signal }),
  })
  await finished(child)
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
