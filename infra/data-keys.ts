import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  ScanCommand,
  type ScanCommandOutput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { rewrapDataKey } from '../functions/contact/vault.ts'
import type { Key } from '../functions/platform/keyring.ts'

/** The Keys table, which only a person with the rights to walk it can name here. */
export type DataKeys = { db: DynamoDBClient; table: string }

export type Rewrapped = {
  rewrapped: number
  /** Under the current ring key before. */
  unchanged: number
  /** Owners of data keys that do not open: damaged, or under a ring key that is not there. */
  broken: string[]
}

const itemSchema = v.object({
  pk: v.object({ S: v.string() }),
  wrapped: v.object({ B: v.instance(Uint8Array) }),
})
type Row = { owner: string; wrapped: Uint8Array }

/** The attribute's name is a reserved word. */
const names = { '#wrapped': 'wrapped' }

/** Writes under way at once. */
const atOnce = 16

/**
 * Wraps every data key with the current ring key (SEC-03). The data keys stay what they are, so no
 * seal changes; one that is deleted meanwhile stays deleted (RIGHT-13). Interrupted, it is run again.
 */
export async function rewrapDataKeys(dataKeys: DataKeys, ring: readonly Key[]): Promise<Rewrapped> {
  const result: Rewrapped = { rewrapped: 0, unchanged: 0, broken: [] }
  for await (const rows of pagesOf(dataKeys)) {
    const waiting = rows.values()
    const work = async (): Promise<void> => {
      for (const row of waiting) await rewrapOne(dataKeys, row, { ring, result })
    }
    await Promise.all(Array.from({ length: atOnce }, work))
  }
  return result
}

async function rewrapOne(
  { db, table }: DataKeys,
  { owner, wrapped }: Row,
  { ring, result }: { ring: readonly Key[]; result: Rewrapped },
): Promise<void> {
  const anew = attempt(() => rewrapDataKey(owner, wrapped, ring))
  if (anew === 'broken') {
    result.broken.push(owner)
    return
  }
  if (anew === undefined) {
    result.unchanged += 1
    return
  }
  try {
    await db.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { pk: { S: owner } },
        UpdateExpression: 'SET #wrapped = :anew',
        ConditionExpression: '#wrapped = :stood',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ':anew': { B: anew }, ':stood': { B: wrapped } },
      }),
    )
    result.rewrapped += 1
  } catch (error) {
    // Erased, or rewrapped by another run, since it was read.
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}

function attempt<T>(open: () => T): T | 'broken' {
  try {
    return open()
  } catch {
    return 'broken'
  }
}

/** Whether any data key is wrapped by this ring key: its number is the first byte of the wrapping. */
export async function isAnyUnder(dataKeys: DataKeys, ringKey: number): Promise<boolean> {
  for await (const rows of pagesOf(dataKeys)) {
    if (rows.some(({ wrapped }) => wrapped[0] === ringKey)) return true
  }
  return false
}

async function* pagesOf({ db, table }: DataKeys): AsyncGenerator<Row[]> {
  let start: ScanCommandOutput['LastEvaluatedKey']
  do {
    const page: ScanCommandOutput = await db.send(
      new ScanCommand({
        TableName: table,
        ProjectionExpression: 'pk, #wrapped',
        ExpressionAttributeNames: names,
        ConsistentRead: true,
        ExclusiveStartKey: start,
      }),
    )
    yield (page.Items ?? []).map((item) => {
      const { pk, wrapped } = v.parse(itemSchema, item)
      return { owner: pk.S, wrapped: wrapped.B }
    })
    start = page.LastEvaluatedKey
  } while (start !== undefined)
}
