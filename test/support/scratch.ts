import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Global set-up: a place of its own for what a run of the tests puts down, gone when it is over. */
export function setup(): () => void {
  const before = process.env.TMPDIR
  const directory = mkdtempSync(join(tmpdir(), 'assent-tests-'))
  process.env.TMPDIR = directory
  return () => {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
    rmSync(directory, { recursive: true, force: true })
  }
}
