import type { Deployment } from '../../infra/local/deployment.ts'
import { createFaultInjector } from '../../infra/local/faults/fault-injector.ts'
import { denialLine, enforce, type Permissions } from '../../infra/local/iam/permissions.ts'
import { proxied, startProxy } from '../../infra/local/iam/proxy.ts'
import type { Endpoints } from '../../infra/local/lambda-environment.ts'

/** The services of one test file as its functions see them: behind the roles of the templates. */
export type Enforced = {
  endpoints: Endpoints
  permissions: Permissions
  /** @throws when a role denied a call: what a function needs and may not do is a fault of `access.ts`. */
  stop: () => Promise<void>
}

/** What a function calls in a test passes the same judge as in `npm start` (design §8). */
export async function enforceRoles(
  { roles, inventory }: Deployment,
  endpoints: Endpoints,
): Promise<Enforced> {
  const permissions = enforce(roles, inventory, () => {})
  const faults = createFaultInjector()
  const proxy = await startProxy(0, { endpoints, permissions, faults })
  return {
    endpoints: proxied(proxy.endpoint),
    permissions,
    stop: async () => {
      await proxy.stop()
      const denied = permissions.denials().map(denialLine)
      if (denied.length > 0) throw new Error(`The roles do not fit:\n${denied.join('\n')}`)
    },
  }
}
