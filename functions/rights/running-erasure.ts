import { type RightsRequest, readOwnRequests } from '../contact/request-record.ts'
import type { Tables } from '../platform/table.ts'

/** The request that erases this person at the moment. */
export async function runningErasure(
  tables: Pick<Tables, 'db' | 'main'>,
  contactId: string,
  now: Date,
): Promise<RightsRequest | undefined> {
  const requests = await readOwnRequests(tables, contactId, now)
  return requests.find(({ kind, status }) => kind === 'erasure' && status === 'in-progress')
}
