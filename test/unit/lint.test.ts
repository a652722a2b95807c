import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** Rules that the type-aware or nursery part of the linter holds: they move between its releases. */
const planted = {
  'functions/lost-write.ts': {
    rule: 'lint/nursery/noFloatingPromises',
    text: 'export const f = (put: (item: string) => Promise<void>) => { put("x") }',
  },
  'functions/lost-writes.ts': {
    rule: 'lint/nursery/noMisusedPromises',
    text: 'export const f = (put: () => Promise<void>) => { [1].forEach(async () => { await put() }) }',
  },
  'functions/forgotten-state.ts': {
    rule: 'lint/nursery/useExhaustiveSwitchCases',
    text: 'export const f = (s: "given" | "refused") => { switch (s) { case "given": return 1 } }',
  },
  'functions/cast.ts': {
    rule: 'lint/nursery/noUnsafeTypeAssertion',
    text: 'export const f = (x: unknown) => x as string',
  },
  'functions/forced.ts': {
    rule: 'lint/style/noNonNullAssertion',
    text: 'export const f = (x?: string) => x!',
  },
  'functions/anything.ts': {
    rule: 'lint/suspicious/noExplicitAny',
    text: 'export const f = (x: any) => x',
  },
  'functions/default.ts': {
    rule: 'lint/style/noDefaultExport',
    text: 'export default () => 1',
  },
  'functions/barrel.ts': {
    rule: 'lint/performance/noBarrelFile',
    text: 'export { f } from "./cast.ts"',
  },
  'functions/suffix.ts': {
    rule: 'lint/correctness/useImportExtensions',
    text: 'import { f } from "./cast"\nexport const g = f',
  },
  'functions/loud.ts': {
    rule: 'lint/suspicious/noConsole',
    text: 'console.log("a@example.org")',
  },
  'functions/test-only.ts': {
    rule: 'lint/correctness/noUndeclaredDependencies',
    text: 'import { parse } from "fast-check"\nexport const f = parse',
  },
  'functions/BadName.ts': {
    rule: 'lint/style/useFilenamingConvention',
    text: 'export const f = 1',
  },
}

describe('the linter', () => {
  const tree = mkdtempSync(join(tmpdir(), 'assent-lint-'))
  let found: { category: string; severity: string; location: { path: string } }[] = []

  beforeAll(() => {
    for (const file of ['biome.json', 'package.json']) cpSync(join(root, file), join(tree, file))
    for (const [path, { text }] of Object.entries(planted)) {
      mkdirSync(dirname(join(tree, path)), { recursive: true })
      writeFileSync(join(tree, path), text)
    }
    const args = ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none', '.']
    const biome = spawnSync(join(root, 'node_modules/.bin/biome'), args, { cwd: tree })
    found = JSON.parse(biome.stdout.toString()).diagnostics
  })

  afterAll(() => rmSync(tree, { recursive: true }))

  it.each(Object.entries(planted))('finds what is planted in %s', (path, { rule }) => {
    expect(found).toContainEqual(
      expect.objectContaining({
        category: rule,
        severity: 'error',
        location: expect.objectContaining({ path }),
      }),
    )
  })
})
