import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { readTogether, type Tables, toItem, transact, ttlAt } from '../platform/table.ts'
import type { JournalLine } from './journal-line.ts'
import { type Head, headSchema, type JournalObject, start } from './journal-object.ts'

/**
 * Where the chain ends, and which events stand in it: both move in one transaction, after the object is
 * written. They only save looking; what counts is in the bucket, where nobody can change it.
 */
export type MainTable = Pick<Tables, 'db' | 'main'>

const headKey = { pk: 'J#', sk: 'J' }
const markKey = ({ event }: JournalLine) => ({ pk: `J#${event}`, sk: 'J' })

/** A stream hands out an event for 24 hours at most, and so never again after its mark is gone. */
const markDays = 3

export async function readHead({ db, main }: MainTable): Promise<Head> {
  const [item] = await readTogether(db, [{ table: main, key: headKey }])
  return item === undefined ? start : v.parse(headSchema, item)
}

/**
 * Where the head of a restored table stood before the journal brought it up to date: the restore replays
 * from there (RIGHT-13). The first such place stays, until the restore is over.
 */
const copiedKey = { pk: 'J#', sk: 'COPIED' }

/** An object so old is no other shard's that came first: the table is a copy, and behind. */
const behindMs = 5 * 60_000

export async function readCopiedHead({ db, main }: MainTable): Promise<Head | undefined> {
  const [item] = await readTogether(db, [{ table: main, key: copiedKey }])
  return item === undefined ? undefined : v.parse(headSchema, item)
}

/** Remembers the head if the next object has been there for long. */
export async function noteIfBehind(
  { db, main }: MainTable,
  { head, previous }: Pick<JournalObject, 'head' | 'previous'>,
  now: Date,
): Promise<void> {
  if (now.getTime() - Date.parse(head.seenAt) < behindMs) return
  const Item = toItem({ ...copiedKey, ...previous })
  const ConditionExpression = 'attribute_not_exists(pk)'
  try {
    await db.send(new PutItemCommand({ TableName: main, Item, ConditionExpression }))
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}

/** The restore is over. */
export async function forgetCopiedHead({ db, main }: MainTable): Promise<void> {
  await db.send(new DeleteItemCommand({ TableName: main, Key: toItem(copiedKey) }))
}

/** Those of the lines that stand in no object up to the head that was read before. */
export async function unwritten(
  { db, main }: MainTable,
  lines: readonly JournalLine[],
): Promise<JournalLine[]> {
  const wanted = lines.map((line) => ({ table: main, key: markKey(line) }))
  const marks = await readTogether(db, wanted)
  return lines.filter((_, index) => marks[index] === undefined)
}

/** Moves the head over an object that is in the bucket; whoever was faster has done the same. */
export async function moveHead(
  { db, main }: MainTable,
  { head, previous, lines }: JournalObject,
  now: Date,
): Promise<void> {
  const marks = lines.map(
    (line): TransactWriteItem => ({
      Put: { TableName: main, Item: toItem({ ...markKey(line), ttl: ttlAt(now, markDays) }) },
    }),
  )
  const isNext =
    previous.sequence === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: '#sequence = :previous',
          ExpressionAttributeNames: { '#sequence': 'sequence' },
          ExpressionAttributeValues: toItem({ ':previous': previous.sequence }),
        }
  await transact(db, [
    { Put: { TableName: main, Item: toItem({ ...headKey, ...head }), ...isNext } },
    ...marks,
  ])
}
