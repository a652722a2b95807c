import type { RightsRequest } from './request-record.ts'

export const copyLifeMs = 24 * 3_600_000

/**
 * Until when the copy that answers a request can be fetched (RIGHT-08); undefined for one that no copy
 * answers, or not yet.
 */
export function copyEnd({ kind, outcome, closedAt }: RightsRequest): Date | undefined {
  if (kind !== 'access' || outcome !== 'carried-out' || closedAt === undefined) return undefined
  return new Date(Date.parse(closedAt) + copyLifeMs)
}
