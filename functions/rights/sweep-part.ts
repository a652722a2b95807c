import {
  ConditionalCheckFailedException,
  type TransactWriteItem,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import {
  fromItem,
  readPartition,
  readTogether,
  type Tables,
  toItem,
  ttlAt,
} from '../platform/table.ts'

/**
 * How far one part of a run has come, `W#<runId>` / `<part>`: where it goes on, and what it counted.
 * A page's counts are written with the step past that page, and an act's with the act, so that
 * neither a crash nor a second delivery counts anything twice.
 */
export const partCount = 4
const keptDays = 30
const cursorSchema = v.object({ pk: v.string(), sk: v.string() })
const partSchema = v.looseObject({
  pk: v.string(),
  sk: v.string(),
  step: v.number(),
  cursor: v.optional(cursorSchema),
  doneAt: v.optional(v.string()),
})
export type Cursor = v.InferOutput<typeof cursorSchema>
export type SweepPart = {
  runId: string
  part: number
  /** How many pages lie behind. */
  step: number
  cursor?: Cursor
  doneAt?: string
  counts: Record<string, number>
}
export type Counts = Readonly<Record<string, number>>
type Store = Pick<Tables, 'db' | 'main'>

const countPrefix = 'n:'
const runPk = (runId: string): string => `W#${runId}`
const partKey = (runId: string, part: number) => ({
  pk: runPk(runId),
  sk: String(part).padStart(2, '0'),
})

/** The counts that an item holds, one flat attribute each. */
export function countsIn(item: Record<string, unknown>): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const [name, value] of Object.entries(item)) {
    if (name.startsWith(countPrefix)) counts[name.slice(countPrefix.length)] = Number(value)
  }
  return counts
}

export function partPut(
  { main }: Pick<Tables, 'main'>,
  { run, part, now }: { run: { runId: string }; part: number; now: Date },
): TransactWriteItem {
  const Item = toItem({ ...partKey(run.runId, part), step: 0, ttl: ttlAt(now, keptDays) })
  return { Put: { TableName: main, Item } }
}

function parsePart(item: Record<string, unknown>): SweepPart {
  const { pk, sk, step, cursor, doneAt } = v.parse(partSchema, item)
  return {
    runId: pk.slice(runPk('').length),
    part: Number(sk),
    step,
    ...(cursor === undefined ? {} : { cursor }),
    ...(doneAt === undefined ? {} : { doneAt }),
    counts: countsIn(item),
  }
}

export async function readPart(
  { db, main }: Store,
  { runId, part }: Pick<SweepPart, 'runId' | 'part'>,
): Promise<SweepPart | undefined> {
  const [item] = await readTogether(db, [{ table: main, key: partKey(runId, part) }])
  return item === undefined ? undefined : parsePart(item)
}

export async function readParts({ db, main }: Store, runId: string): Promise<SweepPart[]> {
  const parts: SweepPart[] = []
  for await (const item of readPartition(db, main, runPk(runId))) parts.push(parsePart(item))
  return parts
}

/** What is counted in the very transaction that does it. */
export function countUpdate(
  { main }: Pick<Tables, 'main'>,
  { runId, part }: Pick<SweepPart, 'runId' | 'part'>,
  name: string,
): TransactWriteItem {
  return {
    Update: {
      TableName: main,
      Key: toItem(partKey(runId, part)),
      UpdateExpression: 'ADD #n :one',
      ExpressionAttributeNames: { '#n': `${countPrefix}${name}` },
      ExpressionAttributeValues: toItem({ ':one': 1 }),
    },
  }
}

/**
 * The page behind `cursor` is done; without one, the part is.
 * @returns undefined when another delivery of the same message has gone on from here: leave it to that.
 */
export async function advance(
  { db, main }: Store,
  { runId, part, step }: SweepPart,
  { cursor, counts, now }: { cursor: Cursor | undefined; counts: Counts; now: Date },
): Promise<SweepPart | undefined> {
  const names: Record<string, string> = { '#step': 'step' }
  const values: Record<string, unknown> = { ':step': step, ':one': 1 }
  const adds = Object.entries(counts).map(([name, count], index) => {
    names[`#n${index}`] = `${countPrefix}${name}`
    values[`:n${index}`] = count
    return `#n${index} :n${index}`
  })
  const set = cursor === undefined ? 'SET doneAt = :now REMOVE #cursor' : 'SET #cursor = :cursor'
  try {
    const { Attributes } = await db.send(
      new UpdateItemCommand({
        TableName: main,
        Key: toItem(partKey(runId, part)),
        UpdateExpression: `${set} ADD ${['#step :one', ...adds].join(', ')}`,
        ConditionExpression: '#step = :step',
        ExpressionAttributeNames: { ...names, '#cursor': 'cursor' },
        ExpressionAttributeValues: toItem({
          ...values,
          ...(cursor === undefined ? { ':now': now.toISOString() } : { ':cursor': cursor }),
        }),
        ReturnValues: 'ALL_NEW',
      }),
    )
    return parsePart(fromItem(Attributes ?? {}))
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined
    throw error
  }
}
