import { QueryCommand, type TransactWriteItem, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { orderedId } from '../platform/id.ts'
import {
  fromItem,
  isPastTtl,
  readTogether,
  type Tables,
  toItem,
  transact,
  ttlAt,
} from '../platform/table.ts'
import { type SweepMode, sweepModes } from './sweep-message.ts'
import { countsIn, partCount, partPut } from './sweep-part.ts'

/**
 * The evidence that retention is kept (SUPP-06): `W#runs` / `<runId>` says when a run walked all of
 * `Main`, and how many of what it met and did. `W#<mode>` / `W` names the latest of its kind, so that
 * at most one of each is under way.
 */
const keptDays = 1096
const time = v.pipe(v.string(), v.isoTimestamp())
const runSchema = v.looseObject({
  sk: v.string(),
  mode: v.picklist(sweepModes),
  startedAt: time,
  finishedAt: v.optional(time),
})
export type SweepRun = {
  runId: string
  mode: SweepMode
  startedAt: string
  finishedAt?: string
  /** By what was counted, such as `seen:contact` or `inactive-contact:done`. */
  counts: Record<string, number>
}
type Store = Pick<Tables, 'db' | 'main'>

const runKey = (runId: string) => ({ pk: 'W#runs', sk: runId })
const latestKey = (mode: SweepMode) => ({ pk: `W#${mode}`, sk: 'W' })

function parseRun(item: Record<string, unknown>): SweepRun {
  const { sk, mode, startedAt, finishedAt } = v.parse(runSchema, item)
  const counts = countsIn(item)
  return {
    runId: sk,
    mode,
    startedAt,
    ...(finishedAt === undefined ? {} : { finishedAt }),
    counts,
  }
}

/** The run to work on: one that is not finished goes on, before a new one begins. */
export async function startRun(
  store: Store,
  { mode, now }: { mode: SweepMode; now: Date },
): Promise<SweepRun> {
  for (;;) {
    const named = await latestRunId(store, mode)
    const latest = named === undefined ? undefined : await readRun(store, named)
    if (latest !== undefined && latest.finishedAt === undefined) return latest
    const run: SweepRun = {
      runId: orderedId(now),
      mode,
      startedAt: now.toISOString(),
      counts: {},
    }
    const outcome = await transact(store.db, [
      runPut(store, run),
      ...Array.from({ length: partCount }, (_, part) => partPut(store, { run, part, now })),
      latestUpdate(store, run, named),
    ])
    // Refused: another has begun one in this moment.
    if (outcome.kind === 'written') return run
  }
}

async function latestRunId({ db, main }: Store, mode: SweepMode): Promise<string | undefined> {
  const [pointer] = await readTogether(db, [{ table: main, key: latestKey(mode) }])
  return pointer === undefined ? undefined : String(pointer.runId)
}

export async function readRun({ db, main }: Store, runId: string): Promise<SweepRun | undefined> {
  const [item] = await readTogether(db, [{ table: main, key: runKey(runId) }])
  return item === undefined ? undefined : parseRun(item)
}

function runPut({ main }: Store, { runId, mode, startedAt }: SweepRun): TransactWriteItem {
  const ttl = ttlAt(new Date(startedAt), keptDays)
  return {
    Put: { TableName: main, Item: toItem({ ...runKey(runId), mode, startedAt, ttl }) },
  }
}

function latestUpdate(
  { main }: Store,
  { runId, mode }: SweepRun,
  before: string | undefined,
): TransactWriteItem {
  return {
    Update: {
      TableName: main,
      Key: toItem(latestKey(mode)),
      UpdateExpression: 'SET runId = :run',
      ConditionExpression: before === undefined ? 'attribute_not_exists(runId)' : 'runId = :before',
      ExpressionAttributeValues: toItem({ ':run': runId, ':before': before }),
    },
  }
}

/** Closes a run with what all its parts counted. Done twice, it says the same. */
export async function finishRun(
  { db, main }: Store,
  { runId, counts }: Pick<SweepRun, 'runId' | 'counts'>,
  now: Date,
): Promise<void> {
  const names: Record<string, string> = {}
  const values: Record<string, unknown> = { ':now': now.toISOString() }
  const sets = Object.entries(counts).map(([name, count], index) => {
    names[`#n${index}`] = `n:${name}`
    values[`:n${index}`] = count
    return `#n${index} = :n${index}`
  })
  await db.send(
    new UpdateItemCommand({
      TableName: main,
      Key: toItem(runKey(runId)),
      UpdateExpression: `SET ${['finishedAt = if_not_exists(finishedAt, :now)', ...sets].join(', ')}`,
      ...(sets.length === 0 ? {} : { ExpressionAttributeNames: names }),
      ExpressionAttributeValues: toItem(values),
    }),
  )
}

/** The latest runs of both kinds, newest first. */
export async function recentRuns(
  { db, main }: Store,
  most: number,
  now: Date,
): Promise<SweepRun[]> {
  const { Items = [] } = await db.send(
    new QueryCommand({
      TableName: main,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: toItem({ ':pk': runKey('').pk }),
      ScanIndexForward: false,
      Limit: most,
      ConsistentRead: true,
    }),
  )
  return Items.map(fromItem)
    .filter((item) => !isPastTtl(item, now))
    .map(parseRun)
}
