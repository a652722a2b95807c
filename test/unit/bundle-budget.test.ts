import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle, bundleFunctions } from '../../infra/bundle.ts'

const root = join(import.meta.dirname, '../..')
const names = readdirSync(join(root, 'functions/entry')).map((file) => basename(file, '.ts'))

/** How much larger than the floor a bundle may be: every kilobyte is parsed at each cold start. */
const budget = 1.5

describe('the size of each Lambda against one that holds only the DynamoDB client', () => {
  const outDir = mkdtempSync(join(tmpdir(), 'assent-bundles-'))
  const kilobytes = (name: string) => statSync(join(outDir, name, 'index.js')).size / 1_000

  beforeAll(() => {
    bundleFunctions(outDir)
    bundle({ floor: join(root, 'test/support/floor-handler.ts') }, outDir, {})
  }, 60_000)

  afterAll(() => rmSync(outDir, { recursive: true }))

  it('is measured against a floor that holds the client', () => {
    expect(kilobytes('floor')).toBeGreaterThan(200)
  })

  it.each(names)('%s stays within its budget', (name) => {
    const ratio = kilobytes(name) / kilobytes('floor')
    expect(ratio, `${kilobytes(name)} kB, ${ratio.toFixed(2)} × the floor`).toBeLessThanOrEqual(
      budget,
    )
  })
})
