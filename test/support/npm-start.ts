import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../infra/local/start.ts', import.meta.url))

export type Started = {
  process: ChildProcess
  stdout: () => string
  stderr: () => string
  /** Settles when the last promised line is there; fails if the program ends before. */
  ready: Promise<void>
  /** Exit code, null after a signal. */
  exited: Promise<number | null>
}

/** Runs what `npm start` runs. `temporary` becomes its temporary directory, to see what is left there. */
export function npmStart(flags: string[], temporary: string): Started {
  const child = spawn(process.execPath, [program, ...flags], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      if (/^inbox .*$/m.test(stdout)) resolve()
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    void exited.then((code) =>
      reject(new Error(`ended with ${code} before it was ready: ${stderr}`)),
    )
  })
  // Not every test waits until it is ready.
  ready.catch(() => {})
  return { process: child, stdout: () => stdout, stderr: () => stderr, ready, exited }
}

/** Processes whose arguments or environment name this text: all that a start has left behind. */
export function processesNaming(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) =>
      [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`].some((file) => holds(file, text)),
    )
}

function holds(file: string, text: string): boolean {
  try {
    return readFileSync(file, 'utf8').includes(text)
  } catch {
    // It ended while we looked.
    return false
  }
}
