import { spawnSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { PolicyError } from '../../functions/consent/policy-check.ts'
import { bundleFunctions } from '../../infra/bundle.ts'
import { declaration } from '../support/policies.ts'
import { resource, type Stacks, synthesize } from './synthesized.ts'

const names = readdirSync('functions/entry').map((file) => file.replace(/\.ts$/, ''))
let first: string
let second: string
let stacks: Stacks

beforeAll(() => {
  first = mkdtempSync(join(tmpdir(), 'assent-bundle-'))
  second = mkdtempSync(join(tmpdir(), 'assent-bundle-elsewhere-'))
  bundleFunctions(first)
  bundleFunctions(second)
  stacks = synthesize()
})

/** What Lambda itself puts into every function's environment. */
const lambdas = {
  AWS_REGION: 'eu-north-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
}

const bundleIn = (dir: string, name: string): string =>
  readFileSync(join(dir, name, 'index.js'), 'utf8')

const digest = (dir: string, name: string): string => hash('sha256', bundleIn(dir, name))

describe('bundles', () => {
  test('one for each entry, holding that one file', () => {
    expect(readdirSync(first).sort()).toEqual(names.sort())
    for (const name of names) expect(readdirSync(join(first, name))).toEqual(['index.js'])
  })

  test('none is made of a policy that cannot be used, and none asks that again', () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'assent-bundle-unusable-'))
    const unusable = { ...declaration(), languages: [] }
    expect(() => bundleFunctions(elsewhere, unusable)).toThrow(PolicyError)
    expect(readdirSync(elsewhere)).toEqual([])
    for (const name of names) expect(bundleIn(first, name)).not.toContain('must name at least one')
  })

  test.for(names)('%s is the same, byte for byte, wherever it is made', (name) => {
    expect(digest(second, name)).toBe(digest(first, name))
    expect(bundleIn(first, name)).not.toContain(process.cwd())
  })

  test.for(names)(
    '%s starts away from home with the environment its stack gives, and uses all of it',
    (name) => {
      const environment = environmentOf(name)
      const started = spawnSync(
        process.execPath,
        ['--print', `typeof require(${JSON.stringify(join(first, name))}).handler`],
        { cwd: first, env: { ...lambdas, ...environment }, encoding: 'utf8' },
      )
      expect([started.stdout.trim(), started.stderr]).toEqual(['function', ''])
      // Powertools and Node read their own.
      const ours = Object.keys(environment).filter((key) => !/^(POWERTOOLS|LOG|NODE)_/.test(key))
      const unused = ours.filter((key) => !bundleIn(first, name).includes(key))
      expect(unused).toEqual([])
    },
  )
})

/** The variables that the template gives to a function, with made-up values where it has references. */
function environmentOf(name: string): Record<string, string> {
  const id = `${name.replaceAll('-', '')}Function`
  const { Variables } = resource(stacks.service, 'AWS::Lambda::Function', id).Properties.Environment
  return Object.fromEntries(
    Object.entries(Variables).map(([variable, value]) => [
      variable,
      typeof value === 'string' ? value : `made-up-${variable}`,
    ]),
  )
}
