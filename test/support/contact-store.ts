import type { ContactStore } from '../../functions/contact/contacts.ts'
import { policy } from '../../policy.ts'
import { fixedKeys } from './fixed-keys.ts'
import { startTables } from './local-cloud.ts'

/** The shipped policy, fixed keys and tables of their own, for one test file. */
export async function startContactStore(): Promise<
  ContactStore & { endpoint: string; stop: () => Promise<void> }
> {
  const { dynamodb: db, tables, endpoints, stop } = await startTables()
  return {
    tables: { db, ...tables },
    policy,
    keys: fixedKeys,
    endpoint: endpoints.dynamodb,
    stop,
  }
}
