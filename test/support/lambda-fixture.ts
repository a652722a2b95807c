import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LambdaFunction } from '../../infra/local/functions.ts'

export type LambdaFixture = { fn: LambdaFunction; remove: () => void }

/** A function whose bundle holds this CommonJS source, for tests of what runs functions. */
export function writeLambda(source: string, changes: Partial<LambdaFunction> = {}): LambdaFixture {
  const directory = mkdtempSync(join(tmpdir(), 'assent-test-'))
  const module = join(directory, 'index.js')
  writeFileSync(module, source)
  const fn: LambdaFunction = {
    name: 'fixture',
    region: 'eu-north-1',
    module,
    handler: 'handler',
    timeoutSeconds: 5,
    memoryMegabytes: 128,
    reservedConcurrency: undefined,
    environment: { GREETING: 'hei' },
    ...changes,
  }
  return { fn, remove: () => rmSync(directory, { recursive: true, force: true }) }
}
