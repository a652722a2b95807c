import { setTimeout as wait } from 'node:timers/promises'
import { readAhead } from '../../functions/audience/read-ahead.ts'
import type { Audit, Inspect, Installation } from './inspect.ts'
import type { TableName } from './inspections.ts'
import type { Finding } from './invariants.ts'
import { type Reader, type Stored, witness } from './reader.ts'

/** An item of which the first look found something. */
export type Suspect = {
  table: TableName
  key: Record<string, string>
  inspect: Inspect
  findings: readonly Finding[]
}
export type Verdict = { kind: 'settled'; findings: Finding[] } | { kind: 'unsettled' }

export type Court = { installation: Installation; reader: Reader; clock: () => Date }

const attempts = 8
const depth = 16

/**
 * The first look reads item after item while the world writes, so it may see one half of a
 * transaction. A suspect is read again from nothing, twice in a row; two readings that are alike to
 * the last byte are one picture of one moment, since every change moves a revision or adds an entry.
 * What is broken in it, and was at first, is broken.
 */
export async function* verdicts(
  court: Court,
  suspects: readonly Suspect[],
): AsyncGenerator<Verdict> {
  yield* readAhead(streamOf(suspects), depth, (suspect) => verdictOn(court, suspect))
}

async function* streamOf<Value>(values: readonly Value[]): AsyncGenerator<Value> {
  yield* values
}

async function verdictOn(court: Court, suspect: Suspect): Promise<Verdict> {
  let before = await look(court, suspect)
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const again = await look(court, suspect)
    if (again.seen === before.seen) {
      const first = new Set(suspect.findings.map(nameOf))
      const findings = again.findings.filter((finding) => first.has(nameOf(finding)))
      return { kind: 'settled', findings }
    }
    before = again
    await wait(Math.random() * 25 * attempt)
  }
  return { kind: 'unsettled' }
}

const nameOf = ({ invariant, kind, id }: Finding): string => `${invariant}|${kind}|${id}`

async function look(
  { installation, reader, clock }: Court,
  { table, key, inspect }: Suspect,
): Promise<{ seen: string; findings: Finding[] }> {
  const seeing = witness(reader)
  const [item] = await seeing.reader.items([{ table: installation.store.tables[table], key }])
  const audit: Audit = { ...installation, reader: seeing.reader, now: clock() }
  const findings = item === undefined ? [] : await inspect(audit, item)
  return { seen: seeing.seen(), findings }
}

export function keyOf({ pk, sk }: Stored): Record<string, string> {
  return sk === undefined ? { pk: String(pk) } : { pk: String(pk), sk: String(sk) }
}
