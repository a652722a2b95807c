import type { TestProject } from 'vitest/node'
import type { RunningCloud } from '../support/e2e-cloud.ts'
import { faultsOfRoles } from '../support/e2e-permissions.ts'
import { startLocalCloud } from '../support/local-cloud.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the one stack that all journeys of this run share is found. */
    cloud: RunningCloud
  }
}

/** Global set-up: the whole product once, without demo data; tests use addresses of their own. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cloud = await startLocalCloud({ empty: true })
  const environment = cloud.env('subscriber-api')
  project.provide('cloud', {
    origin: cloud.origin,
    api: cloud.api,
    inbox: cloud.inbox,
    issuer: cloud.deployment.api.routes.flatMap(({ jwt }) => jwt?.issuer ?? [])[0] ?? '',
    logsDirectory: cloud.logsDirectory,
    endpoints: cloud.endpoints,
    region: cloud.deployment.region,
    tables: {
      main: environment.MAIN_TABLE ?? '',
      ledger: environment.LEDGER_TABLE ?? '',
      keys: environment.KEYS_TABLE ?? '',
    },
    keyPath: environment.KEY_PATH ?? '',
  })
  return async () => {
    const faults = await faultsOfRoles(cloud.permissions, project)
    await cloud.stop()
    if (faults.length > 0) throw new Error(`The roles do not fit:\n${faults.join('\n')}`)
  }
}
