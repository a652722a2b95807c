import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { bundleFunctions } from '../../infra/bundle.ts'

const names = readdirSync('functions/entry').map((file) => file.replace(/\.ts$/, ''))
let first: string
let second: string

beforeAll(() => {
  first = mkdtempSync(join(tmpdir(), 'assent-bundle-'))
  second = mkdtempSync(join(tmpdir(), 'assent-bundle-elsewhere-'))
  bundleFunctions(first)
  bundleFunctions(second)
})

const bundleIn = (dir: string, name: string): string =>
  readFileSync(join(dir, name, 'index.js'), 'utf8')

describe('bundles', () => {
  test('one for each entry, holding that one file', () => {
    expect(readdirSync(first).sort()).toEqual(names.sort())
    for (const name of names) expect(readdirSync(join(first, name))).toEqual(['index.js'])
  })

  test.for(names)('%s is the same, byte for byte, wherever it is made', (name) => {
    expect(bundleIn(second, name)).toBe(bundleIn(first, name))
    expect(bundleIn(first, name)).not.toContain(process.cwd())
  })

  test.for(names)('%s is CommonJS that needs nothing but Node', (name) => {
    const required = [...bundleIn(first, name).matchAll(/\brequire\("([^"]+)"\)/g)].map(
      ([, id]) => id,
    )
    const { builtinModules } = createRequire(import.meta.url)('node:module')
    for (const id of required) expect(builtinModules).toContain(id?.replace(/^node:/, ''))
    expect(bundleIn(first, name)).toContain('module.exports')
  })
})
