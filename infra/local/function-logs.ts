import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LogSink } from './lambda-worker.ts'

export type FunctionLogs = {
  write: LogSink
  /** Everything all functions have written so far, for tests that search it. */
  read: () => string
}

/** One file per function in `directory`; `verbose` shows each line as well. */
export function openFunctionLogs(directory: string, verbose: boolean): FunctionLogs {
  mkdirSync(directory, { recursive: true })
  return {
    write: (functionName, line) => {
      // Written at once: what a function said before it was killed must not be lost.
      appendFileSync(join(directory, `${functionName}.log`), `${line}\n`)
      if (verbose) process.stderr.write(`${functionName}  ${line}\n`)
    },
    read: () =>
      readdirSync(directory)
        .map((file) => readFileSync(join(directory, file), 'utf8'))
        .join(''),
  }
}
