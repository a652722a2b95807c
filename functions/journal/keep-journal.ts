import * as v from 'valibot'
import { append, type JournalDesk } from './append.ts'
import { lineOf } from './journal-line.ts'
import { hasExpired, isTampering, streamEvent } from './stream-record.ts'

export type Kept = { lines: number; tampered: number }

/**
 * Takes what a batch of the ledger's stream tells into the journal. What was done to an entry that only
 * TTL may remove is counted each time it is delivered: an alarm rather twice than never.
 */
export async function keepJournal(desk: JournalDesk, event: unknown): Promise<Kept> {
  const records = v.parse(streamEvent, event).Records.filter((record) => !hasExpired(record))
  const lines = records.map(lineOf)
  await append(desk, lines)
  return { lines: lines.length, tampered: records.filter(isTampering).length }
}
