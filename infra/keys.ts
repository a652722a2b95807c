import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SSMClient } from '@aws-sdk/client-ssm'
import * as v from 'valibot'
import { type KeyPurpose, keyPurposes, ssmKeys } from '../functions/platform/keyring.ts'
import { type DataKeys, rewrapDataKeys } from './data-keys.ts'
import { listKeys } from './key-list.ts'
import { createFirstKeys, readKeyParameters, signingKey } from './key-parameters.ts'
import { revoke } from './key-revocation.ts'
import { type KeyDesk, rotate, settle } from './key-rotation.ts'
import { createFirstGeneration } from './restore-generation.ts'
import { keyPath, readPlace, restorePath } from './settings.ts'

const usage = `usage: npm run keys -- <act> [--stage <stage>] [--region <region>]
  init                                                the first key of every purpose, and the first generation
  list                                                what there is, without the keys themselves
  rotate --purpose <purpose> [--at-once]              a new current key; the former one verifies
  revoke --purpose <purpose> --id <id> [--table <t>] [--deployed]
                                                      after a leak: nothing under it opens any more
  rewrap --table <Keys table>                         all data keys under the current ring key`

const options = {
  stage: { type: 'string' },
  region: { type: 'string' },
  purpose: { type: 'string' },
  id: { type: 'string' },
  table: { type: 'string' },
  'at-once': { type: 'boolean' },
  deployed: { type: 'boolean' },
} as const
type Values = ReturnType<typeof parse>['values']

type Desk = KeyDesk & { restorePath: string }
type Act = {
  takes: readonly (keyof typeof options)[]
  run: (desk: Desk, values: Values, tableOf: (name: string) => DataKeys) => Promise<void>
}

/** What can be done with the keys of a stage. `init` comes before its first deployment. */
const acts: Record<string, Act> = {
  init: {
    takes: [],
    run: async ({ ssm, path, restorePath, clock, report }) => {
      for (const { name, created } of await createFirstKeys(ssm, path, clock())) {
        report(`${created ? 'created       ' : 'already exists'} ${name}`)
      }
      const created = await createFirstGeneration(ssm, restorePath, clock())
      report(`${created ? 'created       ' : 'already exists'} ${restorePath}/generation`)
    },
  },
  list: {
    takes: [],
    run: async (desk) => {
      for (const line of await listKeys(desk)) desk.report(line)
    },
  },
  rotate: {
    takes: ['purpose', 'at-once'],
    run: async (desk, values) => {
      const purpose = purposeOf(values)
      await rotate(desk, purpose, { atOnce: values['at-once'] ?? false })
      desk.report('done: every function uses it within a minute')
    },
  },
  revoke: {
    takes: ['purpose', 'id', 'table', 'deployed'],
    run: async (desk, values, tableOf) => {
      const revocation = {
        purpose: purposeOf(values),
        id: idOf(values),
        deployed: values.deployed ?? false,
      }
      await revoke(desk, revocation, values.table === undefined ? undefined : tableOf(values.table))
      desk.report('done: every function sees it within a minute')
    },
  },
  rewrap: {
    takes: ['table'],
    run: async (desk, { table }, tableOf) => {
      if (table === undefined) throw new Error('name the Keys table with --table')
      const signing = signingKey(await readKeyParameters(desk, 'ring'))
      if (signing === undefined) throw new Error(`there is no current key at ${desk.path}/ring`)
      // A function that does not know the current key yet could not open what it wraps.
      await settle(desk, signing)
      const ring = await ssmKeys(desk.ssm, desk.path, desk.clock)('ring')
      const { rewrapped, unchanged, broken } = await rewrapDataKeys(tableOf(table), ring)
      desk.report(`rewrapped ${rewrapped} data keys, ${unchanged} were under ${signing.id} before`)
      if (broken.length > 0) throw new Error(`these do not open:\n${broken.join('\n')}`)
    },
  },
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

function parse() {
  return parseArgs({ allowPositionals: true, options })
}

async function main(): Promise<void> {
  const { values, positionals } = parse()
  const [name = '', ...others] = positionals
  const act = Object.hasOwn(acts, name) ? acts[name] : undefined
  if (!act || others.length > 0) throw new Error(usage)
  const taken = new Set<string>(['stage', 'region', ...act.takes])
  const foreign = Object.keys(values).find((option) => !taken.has(option))
  if (foreign !== undefined) throw new Error(`${name} takes no --${foreign}\n${usage}`)
  const given = new Map([
    ['stage', values.stage],
    ['region', values.region],
  ])
  const settings = readPlace({ tryGetContext: (key) => given.get(key) })
  // The stage's own region, whatever the shell's default is: functions read their keys beside them.
  const { region } = settings
  const desk: Desk = {
    ssm: new SSMClient({ region }),
    path: keyPath(settings),
    restorePath: restorePath(settings),
    clock: () => new Date(),
    wait: async (ms) => wait(ms),
    report: (line) => console.log(line),
  }
  await act.run(desk, values, (table) => ({ db: new DynamoDBClient({ region }), table }))
}

function purposeOf({ purpose }: Values): KeyPurpose {
  const parsed = v.safeParse(v.picklist(keyPurposes), purpose)
  if (parsed.success) return parsed.output
  throw new Error(`--purpose must be one of: ${keyPurposes.join(', ')}`)
}

function idOf({ id = '' }: Values): number {
  if (!/^[1-9]\d{0,2}$/.test(id) || Number(id) > 255) {
    throw new Error('--id must be the number of a key, 1 to 255: see "npm run keys -- list"')
  }
  return Number(id)
}
