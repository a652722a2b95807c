import type { RightsRequest } from '../contact/request-record.ts'
import type { Said } from '../contact/request-words.ts'
import { requestView } from './request-view.ts'

/** What staff see of a request: whose it is by pseudonym, how that is known, which letters arrived. */
export function registerView(request: RightsRequest): Record<string, unknown> {
  const { contactId, proof, liftToldAt, letters } = request
  return { ...requestView(request), contactId, proof, liftToldAt, letters }
}

/** By itself it also shows what was written about it. */
export function registerDetail(
  request: RightsRequest,
  said: Partial<Record<Said, string>>,
): Record<string, unknown> {
  return { ...registerView(request), said }
}
