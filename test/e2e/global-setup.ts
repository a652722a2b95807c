import type { TestProject } from 'vitest/node'
import { tokenPurposes } from '../../functions/platform/keyring.ts'
import { createKey } from '../../infra/key-parameters.ts'
import { createClients, destroyClients } from '../../infra/local/clients.ts'
import type { Cloud } from '../../infra/local/cloud.ts'
import { signingKey } from '../../infra/local/services/issuer.ts'
import type { RunningCloud } from '../support/e2e-cloud.ts'
import { faultsOfRoles } from '../support/e2e-permissions.ts'
import { startLocalCloud } from '../support/local-cloud.ts'
import { revokedKeyId } from '../support/revoked-key.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the one stack that all journeys of this run share is found. */
    cloud: RunningCloud
  }
}

/** Before any function reads its keys: one of each purpose that once was good, and was revoked. */
async function revokeKeys({ endpoints, deployment }: Cloud, path: string): Promise<void> {
  const clients = createClients(endpoints, deployment.region)
  const revoked = { state: 'revoked', now: new Date() } as const
  for (const purpose of tokenPurposes) {
    await createKey(clients.ssm, `${path}/${purpose}/${revokedKeyId}`, revoked)
  }
  destroyClients(clients)
}

/** Global set-up: the whole product once, without demo data; tests use addresses of their own. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const issuerKey = { ...(await signingKey()), kid: 'staff' }
  const cloud = await startLocalCloud({ empty: true, issuerKey })
  const environment = cloud.env('subscriber-api')
  await revokeKeys(cloud, environment.KEY_PATH ?? '')
  const jwt = cloud.deployment.api.routes.find((route) => route.jwt)?.jwt
  project.provide('cloud', {
    origin: cloud.origin,
    api: cloud.api,
    inbox: cloud.inbox,
    issuer: jwt?.issuer ?? '',
    staff: {
      key: issuerKey,
      audience: jwt?.audience[0] ?? '',
      rolesClaim: cloud.env('staff-api').STAFF_ROLES_CLAIM ?? '',
    },
    logsDirectory: cloud.logsDirectory,
    endpoints: cloud.endpoints,
    region: cloud.deployment.region,
    tables: {
      main: environment.MAIN_TABLE ?? '',
      ledger: environment.LEDGER_TABLE ?? '',
      keys: environment.KEYS_TABLE ?? '',
    },
    keyPath: environment.KEY_PATH ?? '',
    mailTopic: cloud.deployment.mailEvents[0]?.topicArn ?? '',
  })
  return async () => {
    const faults = await faultsOfRoles(cloud.permissions, project)
    await cloud.stop()
    if (faults.length > 0) throw new Error(`The roles do not fit:\n${faults.join('\n')}`)
  }
}
