import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { synthesize } from '../../infra/local/synth.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Directory of the cloud assembly that all test files of this run share. */
    assembly: string
  }
}

/** Global set-up: synthesizes once for the whole run, since that takes seconds and a file's tables none. */
export async function setup(project: TestProject): Promise<() => void> {
  const { outdir, remove } = await synthesizeForTests()
  project.provide('assembly', outdir)
  return remove
}

/** A cloud assembly in a temporary directory of its own. */
export async function synthesizeForTests(): Promise<{ outdir: string; remove: () => void }> {
  const directory = mkdtempSync(join(tmpdir(), 'assent-test-'))
  const outdir = await synthesize({
    directory,
    origin: 'http://localhost:3000',
    issuer: 'http://127.0.0.1:3002',
  })
  return { outdir, remove: () => rmSync(directory, { recursive: true, force: true }) }
}
