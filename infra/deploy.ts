import { parseArgs } from 'node:util'
import { SSMClient } from '@aws-sdk/client-ssm'
import { keyPurposes, ssmKeys } from '../functions/platform/keyring.ts'
import { carryOut } from './carry-out.ts'
import { deployPlan } from './deploy-plan.ts'
import { type KeyStore, readKeyParameters, signingKey } from './key-parameters.ts'
import { originSecret } from './origin-secret.ts'
import { readWanted } from './restore-generation.ts'
import { keyPath, restorePath } from './settings.ts'
import { stageOf, stageOptions } from './stage-options.ts'

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

/** `npm run deploy -- [--stage <stage>] [--region <region>] [-c key=value …] [--dry-run]` */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { ...stageOptions, 'dry-run': { type: 'boolean', default: false } },
  })
  const stage = stageOf(values)
  const store = {
    ssm: new SSMClient({ region: stage.settings.region }),
    path: keyPath(stage.settings),
  }
  const keys = await keysOf(store, restorePath(stage.settings))
  await carryOut(stage, deployPlan(stage, keys), values['dry-run'])
}

async function keysOf(store: KeyStore, restore: string) {
  const missing: string[] = []
  for (const purpose of keyPurposes) {
    if (signingKey(await readKeyParameters(store, purpose)) === undefined) missing.push(purpose)
  }
  if ((await readWanted(store.ssm, restore)) === undefined) missing.push('restore generation')
  const keys = ssmKeys(store.ssm, store.path, () => new Date())
  const secret = missing.includes('origin') ? undefined : await originSecret(keys)
  return { missing, originSecret: secret }
}
