import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importViolations, readSourceTree } from '../support/import-direction.ts'

/** A small tree in which every import points the right way. */
const house = {
  'policy.ts': "import { definePolicy } from './functions/consent/policy.ts'",
  'functions/platform/keyring.ts': 'export const purposes = []',
  'functions/platform/table.ts': "import { PutItemCommand } from '@aws-sdk/client-dynamodb'",
  'functions/consent/policy.ts': "import { purposes } from '../platform/keyring.ts'",
  'functions/contact/contacts.ts': "import { table } from '../platform/table.ts'",
  'functions/campaign/send.ts': "import { contacts } from '../contact/contacts.ts'",
  'functions/tracking/record.ts': "import { contacts } from '../contact/contacts.ts'",
  'functions/rights/erase.ts': "import { page } from '../../web/link-pages/page.ts'",
  'functions/entry/send-batch.ts':
    "import { policy } from '../../policy.ts'\nexport const handler = process.env.MAIN_TABLE",
  'web/link-pages/page.ts': "import { texts } from '../locales/en.ts'",
  'web/locales/en.ts': 'export const texts = {}',
  'web/preferences/page.ts': "import { page } from '../link-pages/page.ts'",
  'web/build.ts': "import { policy } from '../policy.ts'",
  'infra/app.ts': "import { purposes } from '../functions/platform/keyring.ts'",
  'infra/local/demo-data.ts': "import { contacts } from '../../functions/contact/contacts.ts'",
  'test/unit/send.test.ts': "import { handler } from '../../functions/entry/send-batch.ts'",
}

/** What the checker says once these files stand in the house as well. */
const plant = (files: Record<string, string>) =>
  importViolations(new Map(Object.entries({ ...house, ...files })))

describe('the direction of imports', () => {
  it('holds in this repository', () => {
    const tree = readSourceTree(join(import.meta.dirname, '../..'))
    expect(tree.has('functions/entry/unsubscribe.ts')).toBe(true)
    expect(tree.has('test/support/import-direction.ts')).toBe(true)
    expect(importViolations(tree)).toEqual([])
  })

  it('holds in a tree that keeps every rule', () => {
    expect(plant({})).toEqual([])
  })

  it.each([
    ['a lower layer imports a higher one', 'functions/platform/http.ts', '../consent/decide.ts'],
    ['consent imports contact', 'functions/consent/decide.ts', '../contact/contacts.ts'],
    ['contact imports a feature', 'functions/contact/vault.ts', '../rights/erase.ts'],
    ['one feature imports another', 'functions/audience/export.ts', '../rights/erase.ts'],
    ['campaign imports tracking', 'functions/campaign/plan.ts', '../tracking/record.ts'],
    ['a feature imports an entry', 'functions/rights/access.ts', '../entry/send-batch.ts'],
    ['an entry imports an entry', 'functions/entry/sweep.ts', './send-batch.ts'],
    ['a feature imports the policy itself', 'functions/rights/object.ts', '../../policy.ts'],
    ['a foundation draws pages', 'functions/contact/contact.ts', '../../web/locales/en.ts'],
    ['functions import a page', 'functions/rights/page.ts', '../../web/preferences/page.ts'],
    ['functions import infra', 'functions/entry/sweep.ts', '../../infra/app.ts'],
    ['functions import tests', 'functions/rights/rectify.ts', '../../test/unit/send.test.ts'],
    ['a page imports functions', 'web/preferences/acts.ts', '../../functions/consent/policy.ts'],
    ['a page imports the policy', 'web/preferences/acts.ts', '../../policy.ts'],
    ['shared drawing imports a page', 'web/shared/form.ts', '../preferences/page.ts'],
    ['infra imports functions', 'infra/data-stack.ts', '../functions/contact/contacts.ts'],
    ['infra imports an entry', 'infra/service-stack.ts', '../functions/entry/send-batch.ts'],
    ['demo data imports a feature', 'infra/local/demo-data.ts', '../../functions/rights/erase.ts'],
    ['the policy imports more', 'policy.ts', './functions/platform/table.ts'],
    ['a folder that no rule knows', 'functions/misc/anything.ts', '../platform/table.ts'],
  ])('reports when %s', (_, file, specifier) => {
    const target = join(file, '..', specifier)
    expect(plant({ [file]: `import { x } from '${specifier}'` })).toContain(
      `${file}:1 may not import ${target}`,
    )
  })

  it.each([
    ['a static import', "import '../tracking/record.ts'"],
    ['a type import', "import type { Hit } from '../tracking/record.ts'"],
    ['a type named in place', "export type Hit = import('../tracking/record.ts').Hit"],
    ['a dynamic import', "export const load = () => import('../tracking/record.ts')"],
    ['a dynamic import in backticks', 'export const load = () => import(`../tracking/record.ts`)'],
    ['a re-export', "export { record } from '../tracking/record.ts'"],
    ['a re-export of everything', "export * from '../tracking/record.ts'"],
    ['a require', "const record = require('../tracking/record.ts')"],
    ['an import assignment', "import record = require('../tracking/record.ts')"],
  ])('sees %s', (_, statement) => {
    expect(plant({ 'functions/campaign/plan.ts': `\n${statement}` })).toEqual([
      'functions/campaign/plan.ts:2 may not import functions/tracking/record.ts',
    ])
  })

  it.each([
    ['computed', 'export const load = (name: string) => import(name)', 'a computed path'],
    ['aliased', "import '#platform/table'", '#platform/table'],
    ['absolute', "import '/functions/platform/table.ts'", '/functions/platform/table.ts'],
  ])('rejects a path that it cannot follow: %s', (_, statement, named) => {
    expect(plant({ 'functions/rights/access.ts': statement })).toEqual([
      `functions/rights/access.ts:1 imports ${named}: name the file`,
    ])
  })

  it('reports a cycle of files, types included', () => {
    expect(
      plant({
        'functions/consent/choices.ts': "import { decide } from './decide.ts'",
        'functions/consent/decide.ts': "import type { Choice } from './choices.ts'",
      }),
    ).toEqual([
      'cycle of files: functions/consent/choices.ts → functions/consent/decide.ts → functions/consent/choices.ts',
    ])
  })

  it('reports a file that imports itself', () => {
    const path = 'functions/consent/choices.ts'
    expect(plant({ [path]: "import { x } from './choices.ts'" })).toEqual([
      `cycle of files: ${path} → ${path}`,
    ])
  })

  it('reports folders that lean on each other without a cycle of files', () => {
    expect(
      plant({
        'functions/letters/letter.ts': "import { confirm } from '../subscription/confirm.ts'",
        'functions/subscription/sign-up.ts': "import { queue } from '../letters/queue.ts'",
      }),
    ).toContain(
      'cycle of folders: functions/letters/ → functions/subscription/ → functions/letters/',
    )
  })

  it.each([
    ['read by name', 'export const table = process.env.MAIN_TABLE'],
    ['read by literal key', "export const table = process['env'].MAIN_TABLE"],
    ['read optionally', 'export const table = process?.env?.MAIN_TABLE'],
    ['read through the global object', 'export const table = globalThis.process.env'],
    ['destructured', 'const { env } = process'],
    ['imported', "import { env } from 'node:process'"],
  ])('reports the environment %s outside functions/entry/', (_, statement) => {
    expect(plant({ 'functions/platform/env.ts': statement })).toEqual([
      'functions/platform/env.ts:1 reads the environment, which only functions/entry/ may',
    ])
  })

  it('reports a file that does not parse instead of passing over it', () => {
    expect(plant({ 'functions/rights/access.ts': 'import {' })).toEqual([
      expect.stringMatching(/^functions\/rights\/access\.ts does not parse: /),
    ])
  })
})
