import { parseArgs } from 'node:util'
import { SSMClient } from '@aws-sdk/client-ssm'
import { createFirstKeys } from './key-parameters.ts'
import { keyPath, readSettings } from './settings.ts'

const usage = 'usage: npm run keys -- init [--stage <stage>] [--region <region>]'

type Act = (ssm: SSMClient, path: string) => Promise<void>

/** What can be done with the keys of a stage. `init` comes before its first deployment. */
const acts: Record<string, Act> = {
  init: async (ssm, path) => {
    for (const { name, created } of await createFirstKeys(ssm, path, new Date())) {
      console.log(`${created ? 'created       ' : 'already exists'} ${name}`)
    }
  },
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { stage: { type: 'string' }, region: { type: 'string' } },
  })
  const [name = '', ...others] = positionals
  const act = acts[name]
  if (!act || others.length > 0) throw new Error(usage)
  const given = new Map(Object.entries(values))
  const settings = readSettings({ tryGetContext: (key) => given.get(key) })
  // The stage's own region, whatever the shell's default is: functions read their keys beside them.
  await act(new SSMClient({ region: settings.region }), keyPath(settings))
}
