import type { Policy } from '../consent/policy.ts'
import { type FeedChange, readFeed } from '../contact/change-feed.ts'
import type { Tables } from '../platform/table.ts'
import { changesWithin } from './changes-within.ts'
import { isDeparture, underWayMs } from './departures.ts'
import { mayStillBeUsed } from './disclosures.ts'
import { allExports, type ListedExport } from './export-list.ts'
import type { ReadFile } from './member-list.ts'
import {
  keepRecall,
  placeOf,
  readSettled,
  recallOf,
  recallsAfter,
  saveSettled,
} from './recall-record.ts'

export type RecallDesk = {
  tables: Pick<Tables, 'db' | 'main'>
  policy: Policy
  read: ReadFile
  clock: () => Date
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** A recipient who has not followed a recall for so long is one to be rung up. */
const overdueAfterMs = 7 * dayMs

/**
 * Goes on through the change feed from where it stopped and keeps, for each export that may still be
 * used, who has left it (EXP-04, art. 19). Of a person it needs the id in the feed alone, so it makes
 * no difference whether they are erased meanwhile. Broken off anywhere it is run again.
 *
 * It stays behind by the time for which a change may be under way: so what it passes is complete.
 * @returns how many recalls were kept, and how many exports have one that is overdue.
 */
export async function recallDepartures(
  desk: RecallDesk,
): Promise<{ recalled: number; overdue: number }> {
  const { tables, policy, clock } = desk
  const now = clock()
  const exports: ListedExport[] = []
  for await (const each of allExports(tables, now)) {
    if (each.record.firstManifest !== undefined && mayStillBeUsed(policy, each.record, now)) {
      exports.push(each)
    }
  }
  const end = new Date(now.getTime() - underWayMs)
  let from = (await readSettled(tables)) ?? earliest(exports) ?? end
  let recalled = 0
  while (from < end) {
    const to = new Date(Math.min(end.getTime(), from.getTime() + hourMs))
    recalled += await recallBetween(desk, exports, { from, to })
    await saveSettled(tables, to)
    from = to
  }
  const overdue = await Promise.all(exports.map((each) => isOverdue(tables, each, now)))
  return { recalled, overdue: overdue.filter((is) => is).length }
}

function earliest(exports: readonly ListedExport[]): Date | undefined {
  const times = exports.map(({ record }) => Date.parse(record.requestedAt))
  return times.length === 0 ? undefined : new Date(Math.min(...times) - underWayMs)
}

async function recallBetween(
  { tables, read }: RecallDesk,
  exports: readonly ListedExport[],
  { from, to }: { from: Date; to: Date },
): Promise<number> {
  const changes: FeedChange[] = []
  for await (const change of readFeed(tables, from, to)) changes.push(change)
  let recalled = 0
  for (const { exportId, record } of exports) {
    const { firstManifest, ttl } = record
    const left = changes.filter((change) => isDeparture(change, record))
    if (firstManifest === undefined) continue
    for (const { change, ref } of await changesWithin(read, firstManifest, left)) {
      await keepRecall(tables, { exportId, place: placeOf(change), ttl }, recallOf(change, ref))
      recalled += 1
    }
  }
  return recalled
}

/** A file that nobody ever fetched is nobody's to follow. */
export async function isOverdue(
  tables: Pick<Tables, 'db' | 'main'>,
  { exportId, record: { given, acknowledged } }: ListedExport,
  now: Date,
): Promise<boolean> {
  if (given === undefined) return false
  const after = acknowledged?.place
  const [oldest] = await recallsAfter(tables, exportId, { after, limit: 1 })
  return oldest !== undefined && Date.parse(oldest.at) + overdueAfterMs <= now.getTime()
}
