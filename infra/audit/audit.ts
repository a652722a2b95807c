import { setTimeout as wait } from 'node:timers/promises'
import { readAhead } from '../../functions/audience/read-ahead.ts'
import type { Audit, Installation } from './inspect.ts'
import { inspectionsOf, type TableName } from './inspections.ts'
import type { InvariantId } from './invariants.ts'
import { type Stored, scanTable, tableReader } from './reader.ts'
import { type Court, keyOf, type Suspect, verdicts } from './suspects.ts'
import { createTally, type Report, type Tally } from './tally.ts'
import { verifyLedger } from './verify-ledger.ts'

export type AuditOptions = {
  clock: () => Date
  /** How long a suspect is left alone before it is looked at again. */
  settleMs?: number
  /** How long the journal may take to hear of an entry. */
  patienceMs?: number
}

/** Items looked at in parallel: their reads overlap, and this many contacts are in memory. */
const depth = 32
/** Suspects that wait together; more are not kept, they are judged first. */
const mostSuspects = 500

/**
 * Verifies the invariants over all three tables, from every side, with reads alone. What is in memory
 * does not grow with the tables: a page of a scan, the people being looked at, the suspects that
 * wait, and the counts.
 */
export async function auditData(
  installation: Installation,
  { clock, settleMs = 1000, patienceMs }: AuditOptions,
): Promise<Report> {
  const { tables } = installation.store
  const reader = tableReader(tables.db)
  const court: Court = { installation, reader, clock }
  const tally = createTally()
  let waiting: Suspect[] = []
  const judge = async () => {
    if (waiting.length === 0) return
    await wait(settleMs)
    await judgeAll(court, waiting, tally)
    waiting = []
  }
  for (const table of ['main', 'ledger', 'keys'] as const) {
    const look = (item: Stored) =>
      firstLook({ ...installation, reader, now: clock() }, { table, item }, tally)
    for await (const suspects of readAhead(scanTable(tables.db, tables[table]), depth, look)) {
      waiting.push(...suspects)
      if (waiting.length >= mostSuspects) await judge()
    }
  }
  await judge()
  const { store, journal } = installation
  if (journal !== undefined) {
    const verified = await verifyLedger({ store, journal }, { clock, patienceMs })
    tally.checked([3], verified.entries)
    for (const finding of verified.findings) tally.broken(finding)
  }
  return tally.report(notesOn(installation))
}

async function firstLook(
  audit: Audit,
  { table, item }: { table: TableName; item: Stored },
  tally: Tally,
): Promise<Suspect[]> {
  const suspects: Suspect[] = []
  for (const { invariants, inspect } of inspectionsOf(table, item)) {
    const findings = await inspect(audit, item)
    tally.checked(invariants)
    if (findings.length > 0) suspects.push({ table, key: keyOf(item), inspect, findings })
  }
  return suspects
}

async function judgeAll(court: Court, suspects: readonly Suspect[], tally: Tally): Promise<void> {
  for await (const verdict of verdicts(court, suspects)) {
    if (verdict.kind === 'unsettled') tally.unsettled()
    else for (const finding of verdict.findings) tally.broken(finding)
  }
}

function notesOn({ files, journal }: Installation): Partial<Record<InvariantId, string>> {
  return {
    ...(journal === undefined ? { 3: 'the bucket was not reached' } : {}),
    ...(files === undefined ? { 8: 'items only, the bucket was not reached' } : {}),
  }
}
