import type { RightsRequest } from '../contact/request-record.ts'

/** What its person sees of a request (RIGHT-01); staff see more. */
export function requestView(request: RightsRequest): Record<string, unknown> {
  const { id, kind, detail, status, came, receivedAt, dueAt } = request
  const { extendedAt, closedAt, outcome, ground } = request
  const view = { id, kind, detail, status, came, receivedAt, dueAt }
  return { ...view, extendedAt, closedAt, outcome, ground }
}
