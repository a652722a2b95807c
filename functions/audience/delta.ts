import { type FeedChange, readFeed } from '../contact/change-feed.ts'
import { changesWithin } from './changes-within.ts'
import { aheadMs, isDeparture, underWayMs } from './departures.ts'
import { mayStillBeUsed } from './disclosures.ts'
import { type ExportRecord, readExport } from './export-record.ts'
import type { RecallDesk } from './recall.ts'
import { placePattern, type Recall, readSettled, recallOf, recallsAfter } from './recall-record.ts'

export type Delta =
  | {
      kind: 'changes'
      record: ExportRecord
      changes: Recall[]
      /** Where to go on; the newest changes are listed again until they lie before it. */
      cursor: string | undefined
      more: boolean
    }
  | { kind: 'not-ready' | 'expired' | 'unknown' | 'bad-cursor' }

const most = 1000

const cursorOf = (place: string): string => Buffer.from(place).toString('base64url')
/** Undefined for anything that no answer of ours ever held. */
export function placeIn(cursor: string): string | undefined {
  const place = Buffer.from(cursor, 'base64url').toString()
  return placePattern.test(place) ? place : undefined
}

/**
 * The refs that may no longer be used of all that an export ever held, in the order in which they left
 * (EXP-04): those kept by the hourly walk, then those of the minutes since, read from the feed itself.
 */
export async function deltaOf(
  desk: RecallDesk,
  exportId: string,
  cursor: string | undefined,
): Promise<Delta> {
  const { tables, policy, clock } = desk
  const now = clock()
  const stored = await readExport(tables, exportId, now)
  if (stored === undefined) return { kind: 'unknown' }
  const { record } = stored
  if (record.firstManifest === undefined) return { kind: 'not-ready' }
  if (!mayStillBeUsed(policy, record, now)) return { kind: 'expired' }
  const after = cursor === undefined ? undefined : placeIn(cursor)
  if (cursor !== undefined && after === undefined) return { kind: 'bad-cursor' }
  // Read before the kept ones: what is settled by then is among them.
  const settled = await readSettled(tables)
  const kept = await recallsAfter(tables, exportId, { after, limit: most })
  const more = kept.length === most
  const last = kept.at(-1)?.place ?? after
  return {
    kind: 'changes',
    record,
    changes: [
      ...kept.map(({ ref, change, at }) => ({ ref, change, at })),
      ...(more ? [] : await since(desk, record, settled)),
    ],
    cursor: last === undefined ? undefined : cursorOf(last),
    more,
  }
}

async function since(
  { tables, read, clock }: RecallDesk,
  record: ExportRecord,
  settled: Date | undefined,
): Promise<Recall[]> {
  const ordered = Date.parse(record.requestedAt) - underWayMs
  const from = new Date(Math.max(ordered, settled?.getTime() ?? 0))
  const changes: FeedChange[] = []
  for await (const change of readFeed(tables, from, new Date(clock().getTime() + aheadMs))) {
    if (isDeparture(change, record)) changes.push(change)
  }
  changes.sort((a, b) => a.at.localeCompare(b.at))
  const within = await changesWithin(read, record.firstManifest ?? '', changes)
  return within.map(({ change, ref }) => recallOf(change, ref))
}
