import { auditPut } from '../consent/ledger.ts'
import type { ContactStore } from '../contact/contacts.ts'
import type { FetchBytes } from '../platform/fetched-bytes.ts'
import type { Log } from '../platform/log.ts'
import type { Send, SendAll } from '../platform/queue.ts'
import { type Rate, takePlaces } from '../platform/rate-bucket.ts'
import { transact } from '../platform/table.ts'
import { type CsvRecord, csvRecords, UnreadableFile } from './csv-records.ts'
import { refusalOf } from './import-declaration.ts'
import type { ImportMessage } from './import-message.ts'
import {
  advance,
  type Ending,
  endUpdate,
  fileKey,
  type ImportRecord,
  readImport,
  type StoredImport,
} from './import-record.ts'
import { columnsIn } from './import-row.ts'
import { importStretch } from './import-stretch.ts'
import { inGroups } from './read-ahead.ts'

/** Asks for the letter that tells a person where we have them from. */
export type ToldMessage = {
  kind: 'imported'
  importId: string
  contactId: string
  ledgerId: string
}

export type ImportWork = ContactStore & {
  fetch: FetchBytes
  remove: (key: string) => Promise<void>
  send: Send<ImportMessage>
  tell: SendAll<ToldMessage>
  log: Log
  clock: () => Date
}

/** So many rows between two checkpoints: at most as many are done again after a crash. */
const stretchRows = 50
/** Shorter than the function may take by more than one stretch needs. */
const workMs = 4 * 60_000
/**
 * An import goes no faster than the people in it are told, and takes so little of what SES lets us send
 * that nobody who asked for a letter waits for it (CONS-14; compare `letters/rate.ts`).
 */
const toldRates: readonly { what: string; rate: Rate }[] = [
  { what: 'importedMinute', rate: { seconds: 60, most: 300 } },
  { what: 'importedDay', rate: { seconds: 86_400, most: 20_000 } },
]

/**
 * Works off a stretch of an import, and asks for the next one. It may come twice, late, at the same time as
 * another, or after a worker died in the middle of it: each row is done once, and where the file has been
 * worked off to stands in one place, which only one of two can move on.
 */
export async function workOnImport(work: ImportWork, { importId }: ImportMessage): Promise<void> {
  const { tables, policy, log, clock } = work
  const now = clock()
  const stored = await readImport(tables, importId, now)
  if (stored === undefined) return log.info('an import is over', { importId })
  const { state, declaration, requestedAt } = stored.record
  if (state === 'waiting') return
  // Ended, but whoever ended it may have died before the file was gone.
  if (state !== 'running') return work.remove(fileKey(importId))
  const ends = Date.parse(requestedAt) + policy.retention.imports * 86_400_000
  if (now.getTime() >= ends) return end(work, stored, { state: 'failed', because: 'expired' })
  if (refusalOf(policy, declaration, now) !== undefined) {
    return end(work, stored, { state: 'failed', because: 'undeclared' })
  }
  await workOff(work, stored)
}

async function workOff(work: ImportWork, stored: StoredImport): Promise<void> {
  const { importId, record } = stored
  const bytes = await work.fetch(fileKey(importId), record.place.bytes)
  if (bytes === undefined) return end(work, stored, { state: 'failed', because: 'no-file' })
  const { delimiter } = record.declaration
  const records = csvRecords(bytes, { from: record.place, delimiter })
  const until = work.clock().getTime() + workMs
  let at = stored
  try {
    for await (const group of inGroups(records, stretchRows)) {
      const waits = await waitForLetters(work, at.record)
      const isLate = work.clock().getTime() >= until
      if (waits > 0 || isLate) return work.send({ importId }, waits / 1000)
      const next = await stretch(work, at, group)
      if (next === 'no-email-column') {
        return end(work, at, { state: 'failed', because: 'no-email-column' })
      }
      if (next === undefined) return
      at = next
    }
  } catch (fault) {
    if (!(fault instanceof UnreadableFile)) throw fault
    return end(work, at, { state: 'failed', because: 'unreadable' })
  }
  await end(work, at, { state: 'done' })
}

/** Undefined when somebody else has gone on from here. */
async function stretch(
  work: ImportWork,
  at: StoredImport,
  group: readonly CsvRecord[],
): Promise<StoredImport | 'no-email-column' | undefined> {
  const [first] = group
  const place = group.at(-1)?.place
  if (first === undefined || place === undefined) return at
  const isHead = at.record.header === undefined
  const header = at.record.header ?? columnsIn(first.cells, at.record.declaration)
  if (header === undefined) return 'no-email-column'
  const { importId } = at
  const { tell, ...result } = await importStretch(
    work,
    { importId, record: { ...at.record, header } },
    { records: isHead ? group.slice(1) : group, now: work.clock() },
  )
  // Before the checkpoint: rather asked for twice, which the letter itself sees, than never.
  await work.tell(tell.map((person) => ({ kind: 'imported', importId, ...person })))
  return advance(work.tables, at, { ...result, header, place, owed: tell.length })
}

/** @returns 0, or the milliseconds until letters may leave again. */
async function waitForLetters(
  { tables, clock }: ImportWork,
  { owed }: ImportRecord,
): Promise<number> {
  if (owed === 0) return 0
  for (const rate of toldRates) {
    const left = await takePlaces(tables, { ...rate, places: owed }, clock())
    if (left > 0) return left
  }
  return 0
}

/** The report stands, the file goes: whoever is in it and was not entered is nobody to us (GDPR art. 5(1)(c)). */
async function end(work: ImportWork, { importId, record }: StoredImport, ending: Ending) {
  const { tables, log, clock } = work
  const at = clock()
  await transact(tables.db, [
    endUpdate(tables, importId, { ending, at }),
    {
      Put: auditPut(tables, {
        at,
        staff: record.requestedBy,
        action: 'import-ended',
        subject: importId,
        details: { ...ending, rows: record.place.row, counts: record.counts },
      }),
    },
  ])
  await work.remove(fileKey(importId))
  log.info('an import has ended', { importId, outcome: ending.state, count: record.place.row })
}
