import { shardCount } from '../contact/membership.ts'
import type { HttpEvent } from '../platform/http.ts'
import { idPattern } from '../platform/id.ts'
import { Problem } from '../platform/problem.ts'
import type { Tables } from '../platform/table.ts'
import type { ListedExport } from './export-list.ts'
import { exportState, type StoredExport } from './export-record.ts'
import { isOverdue } from './recall.ts'
import { recallsAfter } from './recall-record.ts'

/** The id in the path. @throws {Problem} 404 for anything else. */
export function exportIdOf(event: HttpEvent): string {
  const id = event.pathParameters?.id ?? ''
  if (!idPattern.test(id)) throw new Problem(404, 'not-found')
  return id
}

/** An export as a list shows it. */
export function exportSummary(
  { exportId, record }: ListedExport,
  now: Date,
): Record<string, unknown> {
  const { criteria, requestedAt, file, given } = record
  return {
    id: exportId,
    state: exportState(record, now),
    ...criteria,
    requestedAt,
    ...(file === undefined
      ? {}
      : { rows: file.rows, asOf: file.asOf, expiresAt: file.expiresAt, sha256: file.sha256 }),
    ...(given === undefined ? {} : { givenAt: given.at }),
  }
}

/** Counted no further: more than that is "at least". */
const mostCounted = 1000

/** An export by itself: how far its work is, and what its recipient has yet to follow (EXP-04). */
export async function exportStatus(
  tables: Pick<Tables, 'db' | 'main'>,
  stored: StoredExport,
  now: Date,
): Promise<Record<string, unknown>> {
  const { exportId, record, shards } = stored
  const progress = { done: shards.size, of: shardCount }
  const summary = { ...exportSummary(stored, now), progress }
  if (record.given === undefined) return summary
  const after = record.acknowledged?.place
  const waiting = await recallsAfter(tables, exportId, { after, limit: mostCounted })
  return {
    ...summary,
    recalls: {
      waiting: waiting.length,
      since: waiting[0]?.at,
      overdue: await isOverdue(tables, stored, now),
      acknowledgedAt: record.acknowledged?.at,
    },
  }
}
