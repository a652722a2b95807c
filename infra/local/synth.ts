import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'

export const projectRoot = resolve(import.meta.dirname, '../..')

export type Synth = {
  outdir: string
  origin: string
  issuer: string
}

/**
 * Synthesizes the CDK app into `outdir`, the way the CDK's command line starts it, without the two
 * seconds that the command line itself takes. The templates differ from a deployed stage's in their
 * settings alone.
 */
export function synthesize({ outdir, origin, issuer }: Synth, signal: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, ['infra/app.ts'], {
    cwd: projectRoot,
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ stage: 'local', origin, issuer }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  })
  return finished(child)
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
