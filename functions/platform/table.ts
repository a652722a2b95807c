import { setTimeout as wait } from 'node:timers/promises'
import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  type KeysAndAttributes,
  QueryCommand,
  type QueryCommandOutput,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'

/** The three tables, by what they are for (design §4), and the client that reaches them. */
export type Tables = { db: DynamoDBClient; main: string; ledger: string; keys: string }
/** What reading a person needs; a function that writes no history is not given the ledger's name. */
export type PersonTables = Omit<Tables, 'ledger'>
/** What turning down and forgetting need, which open no seal. */
export type UnsealedTables = Omit<Tables, 'keys'>
export type Item = Record<string, AttributeValue>

export function toItem(value: Record<string, unknown>): Item {
  return marshall(value, { removeUndefinedValues: true })
}

export function fromItem(item: Item): Record<string, unknown> {
  return unmarshall(item)
}

export type Written =
  | { kind: 'written' }
  /** A condition did not hold; for each item, what stood there instead (when there was anything). */
  | { kind: 'refused'; standing: readonly Refusal[] }
export type Refusal = { failed: boolean; item?: Record<string, unknown> }

const attempts = 8
const baseDelayMs = 15

/**
 * Writes all or nothing. A failed condition is an answer; a conflict with another transaction is
 * retried until it is decided; everything else throws (UNSUB-10).
 */
export async function transact(db: DynamoDBClient, items: TransactWriteItem[]): Promise<Written> {
  for (let attempt = 1; ; attempt++) {
    try {
      await db.send(new TransactWriteItemsCommand({ TransactItems: items }))
      return { kind: 'written' }
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error
      const reasons = error.CancellationReasons ?? []
      if (reasons.some(({ Code }) => Code === 'ConditionalCheckFailed')) {
        return { kind: 'refused', standing: reasons.map(refusal) }
      }
      const passing = reasons.every(({ Code }) => Code === 'None' || isPassing(Code))
      if (!passing || attempt === attempts) throw error
      await wait(Math.random() * baseDelayMs * 2 ** attempt)
    }
  }
}

function refusal({ Code, Item }: { Code?: string | undefined; Item?: Item | undefined }): Refusal {
  const failed = Code === 'ConditionalCheckFailed'
  return Item === undefined ? { failed } : { failed, item: fromItem(Item) }
}

function isPassing(code: string | undefined): boolean {
  return (
    code === 'TransactionConflict' ||
    code === 'ThrottlingError' ||
    code === 'ProvisionedThroughputExceeded'
  )
}

/** An item to read: its table, and its key. */
export type Wanted = { table: string; key: Record<string, string> }

/**
 * Reads several items, of any of the tables, strongly and in one call where DynamoDB allows (at most
 * 100); what exists comes back by position.
 */
export async function readTogether(
  db: DynamoDBClient,
  wanted: readonly Wanted[],
): Promise<(Record<string, unknown> | undefined)[]> {
  const found = new Map<string, Record<string, unknown>>()
  let pending: Record<string, KeysAndAttributes> = requestOf(wanted)
  for (let attempt = 0; Object.keys(pending).length > 0; attempt++) {
    if (attempt === attempts) throw new Error('the tables did not answer a batch read in full')
    if (attempt > 0) await wait(Math.random() * baseDelayMs * 2 ** attempt)
    const answer = await db.send(new BatchGetItemCommand({ RequestItems: pending }))
    for (const [table, items] of Object.entries(answer.Responses ?? {})) {
      for (const item of items) {
        const value = fromItem(item)
        found.set(place(table, value), value)
      }
    }
    pending = answer.UnprocessedKeys ?? {}
  }
  return wanted.map(({ table, key }) => found.get(place(table, key)))
}

function requestOf(
  wanted: readonly Wanted[],
): Record<string, { Keys: Item[]; ConsistentRead: boolean }> {
  const request: Record<string, { Keys: Item[]; ConsistentRead: boolean }> = {}
  for (const { table, key } of wanted) {
    request[table] ??= { Keys: [], ConsistentRead: true }
    request[table].Keys.push(toItem(key))
  }
  return request
}

function place(table: string, key: Record<string, unknown>): string {
  return `${table}|${String(key.pk)}|${String(key.sk ?? '')}`
}

/** Sort keys that begin with a text, or lie between two, both included. */
export type SortKeys = string | { from: string; to: string }

/** Every item of one partition in key order, read strongly, page by page. */
export async function* readPartition(
  db: DynamoDBClient,
  table: string,
  pk: string,
  sortKeys: SortKeys = '',
): AsyncGenerator<Record<string, unknown>> {
  const { condition, values } = conditionOn(sortKeys)
  let start: Item | undefined
  do {
    const page: QueryCommandOutput = await db.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: `pk = :pk${condition}`,
        ExpressionAttributeValues: toItem({ ':pk': pk, ...values }),
        ConsistentRead: true,
        ExclusiveStartKey: start,
      }),
    )
    for (const item of page.Items ?? []) yield fromItem(item)
    start = page.LastEvaluatedKey
  } while (start !== undefined)
}

function conditionOn(keys: SortKeys): { condition: string; values: Record<string, string> } {
  if (keys === '') return { condition: '', values: {} }
  if (typeof keys === 'string') {
    return { condition: ' AND begins_with(sk, :sk)', values: { ':sk': keys } }
  }
  return {
    condition: ' AND sk BETWEEN :from AND :to',
    values: { ':from': keys.from, ':to': keys.to },
  }
}

/** TTL attributes are whole seconds; a past one means "gone", even before DynamoDB deletes it. */
export function ttlAt(at: Date, days: number): number {
  return Math.floor(at.getTime() / 1000) + days * 86_400
}

export function isPastTtl(item: Record<string, unknown>, now: Date): boolean {
  const ttl = item.ttl
  return typeof ttl === 'number' && ttl * 1000 <= now.getTime()
}
