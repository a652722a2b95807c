import { readHead } from '../../functions/journal/journal-head.ts'
import { type Head, objectKey, start } from '../../functions/journal/journal-object.ts'
import type { Files } from '../../functions/platform/files.ts'
import { differingEntries } from './differing-entries.ts'
import { entrySums } from './entry-sums.ts'
import type { Installation } from './inspect.ts'
import { type Finding, findingsOf } from './invariants.ts'
import { ledgerEntries } from './ledger-entries.ts'
import { type IsOver, readJournal } from './read-journal.ts'

export type VerifyOptions = {
  clock: () => Date
  /** How long the journal may take to hear of an entry. */
  patienceMs?: number | undefined
}
/** What was compared, and what is wrong: entries first, the oldest before the others. */
export type Verified = { entries: number; objects: number; findings: readonly Finding[] }

const dayMs = 86_400_000

/**
 * Compares the ledger with its journal, each entry and each object (invariant 3, SEC-13): by sums, which need
 * no memory and one reading of each; then, where those differ, entry by entry.
 */
export async function verifyLedger(
  { store: { tables, policy }, journal }: { store: Installation['store']; journal: Files },
  { clock, patienceMs = 20_000 }: VerifyOptions,
): Promise<Verified> {
  const now = clock().getTime()
  const over: IsOver = (at) =>
    at !== undefined && Date.parse(at) + policy.retention.evidence * dayMs <= now
  const before = await readHead(tables)
  const stored = entrySums()
  const told = entrySums()
  let entries = 0
  for await (const entry of ledgerEntries(tables, over)) {
    stored.add(entry)
    entries += 1
  }
  const { last, findings } = await readJournal(journal, { from: start, over }, told.add)
  const buckets = stored.differing(told)
  const found = [
    ...findings,
    ...endFindings({ before, last, after: await readHead(tables) }, over),
    ...(buckets.size === 0
      ? []
      : await differingEntries({ tables, journal, buckets, over, patienceMs })),
  ]
  return { entries, objects: last.sequence, findings: once(found).sort(byAge) }
}

/** The chain must reach the head that was known before it was read; one object may be under way. */
function endFindings(
  { before, last, after }: Record<'before' | 'last' | 'after', Head>,
  over: IsOver,
): Finding[] {
  const isOther = last.sequence === before.sequence && last.sha256 !== before.sha256
  return [
    ...findingsOf(3, objectKey(last.sequence + 1), {
      'journal object removed': last.sequence < before.sequence && !over(before.seenAt),
    }),
    ...findingsOf(3, objectKey(last.sequence), {
      'journal object changed': isOther,
      'journal object that the head does not know': last.sequence > after.sequence + 1,
    }),
  ]
}

function once(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((each) => [`${each.kind} ${each.id}`, each])).values()]
}

/** An entry's id ends with its own, which begins with its time. */
function byAge(one: Finding, other: Finding): number {
  return ageOf(one) < ageOf(other) ? -1 : 1
}
const ageOf = ({ id }: Finding): string => id.split(' ')[1] ?? `~${id}`
