import { setTimeout as wait } from 'node:timers/promises'
import { start } from '../../functions/journal/journal-object.ts'
import type { Files } from '../../functions/platform/files.ts'
import { bucketOf, type Entry } from './entry-sums.ts'
import { type Finding, findingsOf } from './invariants.ts'
import { type LedgerTable, ledgerEntries, ledgerEntry } from './ledger-entries.ts'
import { type IsOver, readJournal } from './read-journal.ts'

export type Differing = {
  tables: LedgerTable
  journal: Files
  /** Buckets in which the two amount to different sums. */
  buckets: ReadonlySet<number>
  over: IsOver
  patienceMs: number
}

type Seen = { pk: string; sk: string; stored?: string; told: string[] }

const pauseMs = 500

/**
 * Entry by entry, what the sums could not tell. The world goes on writing: an entry that the journal does not
 * know is waited for, and one that the scan did not meet is looked up.
 */
export async function differingEntries(differing: Differing): Promise<Finding[]> {
  const { tables, journal, buckets, over, patienceMs } = differing
  const seen = new Map<string, Seen>()
  const at = ({ pk, sk }: Entry): Seen => {
    const found = seen.get(`${pk} ${sk}`) ?? { pk, sk, told: [] }
    seen.set(`${pk} ${sk}`, found)
    return found
  }
  for await (const entry of ledgerEntries(tables, over)) {
    if (buckets.has(bucketOf(entry))) at(entry).stored = entry.sha256
  }
  const tell = (entry: Entry): void => {
    if (buckets.has(bucketOf(entry))) at(entry).told.push(entry.sha256)
  }
  let { last } = await readJournal(journal, { from: start, over }, tell)
  const end = performance.now() + patienceMs
  while ([...seen.values()].some(({ told }) => told.length === 0) && performance.now() < end) {
    await wait(pauseMs)
    last = (await readJournal(journal, { from: last, over }, tell)).last
  }
  const findings: Finding[] = []
  for (const each of seen.values()) findings.push(...(await judge(tables, each)))
  return findings
}

async function judge(tables: LedgerTable, { pk, sk, stored, told }: Seen): Promise<Finding[]> {
  const now = stored ?? (await ledgerEntry(tables, { pk, sk }))?.sha256
  const [first, ...more] = told
  return findingsOf(3, `${pk} ${sk}`, {
    'entry slipped in': first === undefined,
    'entry written twice': more.length > 0,
    'entry removed': first !== undefined && now === undefined,
    'entry changed': first !== undefined && now !== undefined && now !== first,
  })
}
