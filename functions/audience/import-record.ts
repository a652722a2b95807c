import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { isPastTtl, readTogether, type Tables, toItem, transact, ttlAt } from '../platform/table.ts'
import type { Place } from './csv-records.ts'
import { fields, storedDeclarationSchema } from './import-declaration.ts'
import { importPk, type Noted, notedPut } from './import-rows.ts'

/**
 * One import: `I#<id>` / `I`. It says how far the file has been worked off and what came of it; which rows
 * were left out lies beside it. Nothing here tells who anybody is: rows are numbers.
 */
const time = v.pipe(v.string(), v.isoTimestamp())
const count = v.pipe(v.number(), v.integer())
const failures = ['no-file', 'no-email-column', 'unreadable', 'undeclared', 'expired'] as const
export type ImportFailure = (typeof failures)[number]

const recordSchema = v.object({
  /** Waits for its file and for somebody to start it; is worked off; is over. */
  state: v.picklist(['waiting', 'running', 'done', 'failed']),
  declaration: storedDeclarationSchema,
  requestedBy: v.string(),
  requestedAt: time,
  startedAt: v.optional(time),
  endedAt: v.optional(time),
  because: v.optional(v.picklist(failures)),
  place: v.object({ bytes: count, row: count }),
  /** The field that each column holds, once the headings are read. */
  header: v.optional(v.array(v.picklist([...fields, '']))),
  /** By outcome (`row:created`), and by reason why something of a row was left out (`why:suppressed`). */
  counts: v.record(v.string(), count),
  /** Letters of the last stretch that have yet to be counted against what may leave in a minute. */
  owed: count,
  ttl: v.number(),
})
export type ImportRecord = v.InferOutput<typeof recordSchema>
export type StoredImport = { importId: string; record: ImportRecord }

export const importKey = (importId: string) => ({ pk: importPk(importId), sk: 'I' })
export const fileKey = (importId: string): string => `files/${importId}.csv`

/** So long after its file a report can be read. */
const rememberedDays = 30
export const importTtl = (at: Date, fileDays: number): number =>
  ttlAt(at, fileDays + rememberedDays)

export const parseImport = (item: Record<string, unknown>): ImportRecord =>
  v.parse(recordSchema, item)

export function importPut(
  tables: Pick<Tables, 'main'>,
  importId: string,
  record: ImportRecord,
): TransactWriteItem {
  return {
    Put: {
      TableName: tables.main,
      Item: toItem({ ...importKey(importId), ...record }),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  }
}

export async function readImport(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  importId: string,
  now: Date,
): Promise<StoredImport | undefined> {
  const [item] = await readTogether(db, [{ table: main, key: importKey(importId) }])
  if (item === undefined || isPastTtl(item, now)) return undefined
  return { importId, record: parseImport(item) }
}

/** From now on it is worked off; holds for the first who starts it. */
export function startUpdate(
  { main }: Pick<Tables, 'main'>,
  importId: string,
  at: Date,
): TransactWriteItem {
  return {
    Update: {
      TableName: main,
      Key: toItem(importKey(importId)),
      UpdateExpression: 'SET #state = :running, startedAt = :at',
      ConditionExpression: '#state = :waiting',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: toItem({
        ':running': 'running',
        ':waiting': 'waiting',
        ':at': at.toISOString(),
      }),
    },
  }
}

export type Stretch = Pick<ImportRecord, 'header' | 'counts' | 'owed'> & {
  place: Place
  noted: readonly Noted[]
}

/**
 * Notes a stretch of rows as done, with what came of them, in one transaction.
 * @returns undefined when another delivery of the same message has gone on from here: leave it to that.
 */
export async function advance(
  tables: Pick<Tables, 'db' | 'main'>,
  { importId, record }: StoredImport,
  { noted, ...stretch }: Stretch,
): Promise<StoredImport | undefined> {
  const outcome = await transact(tables.db, [
    {
      Update: {
        TableName: tables.main,
        Key: toItem(importKey(importId)),
        UpdateExpression:
          'SET #place = :place, #header = :header, #counts = :counts, #owed = :owed',
        ConditionExpression: '#state = :running AND #place.#bytes = :before',
        ExpressionAttributeNames: {
          '#state': 'state',
          '#place': 'place',
          '#bytes': 'bytes',
          '#header': 'header',
          '#counts': 'counts',
          '#owed': 'owed',
        },
        ExpressionAttributeValues: toItem({
          ':running': 'running',
          ':before': record.place.bytes,
          ':place': stretch.place,
          ':header': stretch.header,
          ':counts': stretch.counts,
          ':owed': stretch.owed,
        }),
      },
    },
    ...notedPut(tables, importId, { noted, ttl: record.ttl }),
  ])
  return outcome.kind === 'written' ? { importId, record: { ...record, ...stretch } } : undefined
}

export type Ending = { state: 'done' } | { state: 'failed'; because: ImportFailure }

/** The end of an import; holds once. */
export function endUpdate(
  { main }: Pick<Tables, 'main'>,
  importId: string,
  { ending, at }: { ending: Ending; at: Date },
): TransactWriteItem {
  const because = ending.state === 'failed' ? ending.because : undefined
  return {
    Update: {
      TableName: main,
      Key: toItem(importKey(importId)),
      UpdateExpression: `SET #state = :state, endedAt = :at${because === undefined ? '' : ', because = :because'}`,
      ConditionExpression: '#state = :running',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: toItem({
        ':state': ending.state,
        ':running': 'running',
        ':at': at.toISOString(),
        ':because': because,
      }),
    },
  }
}
