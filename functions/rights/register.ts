import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { Policy } from '../consent/policy.ts'
import {
  openRequestKey,
  type RightsRequest,
  requestItemKey,
  requestMarkKey,
} from '../contact/request-record.ts'
import { hasWords, wordsEnd, wordsForgotten } from '../contact/request-words.ts'
import { type Tables, toItem, ttlAt } from '../platform/table.ts'
import { isOpen, type Step, steps } from './request-steps.ts'

type Book = { tables: Pick<Tables, 'main' | 'keys'>; policy: Policy }

/**
 * The writes that enter a request: itself, its mark under the contact, and, while it is open, its
 * place among what is due. What is closed is kept for `retention.requests`; what is open, for as long
 * as it is.
 */
export function requestPuts(book: Book, request: RightsRequest): TransactWriteItem[] {
  const { id, kind, contactId } = request
  return [
    put(book, requestItemKey(id), { ...recordOf(request), ...ttlOf(book, request) }),
    ...(contactId === undefined ? [] : [markPut(book, { id, kind, contactId })]),
    ...(isOpen(request) ? [put(book, openRequestKey(request), { kind })] : []),
  ]
}

/** Under the contact, so that the person and their erasure find it. */
export const markPut = (
  book: Book,
  { id, kind, contactId }: Pick<RightsRequest, 'id' | 'kind'> & { contactId: string },
): TransactWriteItem => put(book, requestMarkKey(contactId, id), { kind })

/** The id is the sort key; it is not written twice. What became of its letters is written by others. */
function recordOf({ id: _, letters: _told, ...record }: RightsRequest): Record<string, unknown> {
  return record
}

/**
 * The writes of a step that `stepped` allowed. They hold only if the request still stands as it was
 * read, so its place among what is due cannot be left behind.
 */
export function stepWrites(book: Book, step: Step, { before, after }: Moved): TransactWriteItem[] {
  const moved = before.dueAt !== after.dueAt
  return [
    requestUpdate(book, step, { before, after }),
    ...keyWrites(book, { before, after }),
    ...(isOpen(after) && !moved ? [] : [remove(book, openRequestKey(before))]),
    ...(isOpen(after) && moved ? [put(book, openRequestKey(after), { kind: after.kind })] : []),
  ]
}

type Moved = { before: RightsRequest; after: RightsRequest }

/** The key of what was written lives as long as the request does, and no longer than its person. */
function keyWrites(book: Book, { before, after }: Moved): TransactWriteItem[] {
  if (!hasWords(before)) return []
  if (!hasWords(after)) return [wordsForgotten(book.tables, before.id)]
  const ttl = requestTtl(book.policy, after)
  if (ttl === undefined || before.closedAt !== undefined) return []
  return [wordsEnd(book.tables, before.id, ttl)]
}

function requestUpdate(book: Book, step: Step, { before, after }: Moved): TransactWriteItem {
  const stood: Record<string, unknown> = recordOf(before)
  const stands: Record<string, unknown> = { ...recordOf(after), ...ttlOf(book, after) }
  const names: Record<string, string> = { '#status': 'status', '#due': 'dueAt' }
  const values: Record<string, unknown> = { ':due': before.dueAt }
  const sets = Object.entries(stands)
    .filter(([name, value]) => value !== undefined && stood[name] !== value)
    .map(([name, value], index) => {
      names[`#s${index}`] = name
      values[`:s${index}`] = value
      return `#s${index} = :s${index}`
    })
  const removes = Object.keys(stood)
    .filter((name) => stood[name] !== undefined && stands[name] === undefined)
    .map((name, index) => {
      names[`#r${index}`] = name
      return `#r${index}`
    })
  steps[step].from.forEach((status, index) => {
    values[`:f${index}`] = status
  })
  const from = steps[step].from.map((_, index) => `:f${index}`).join(', ')
  return {
    Update: {
      TableName: book.tables.main,
      Key: toItem(requestItemKey(before.id)),
      UpdateExpression: [
        ...(sets.length === 0 ? [] : [`SET ${sets.join(', ')}`]),
        ...(removes.length === 0 ? [] : [`REMOVE ${removes.join(', ')}`]),
      ].join(' '),
      ConditionExpression: `#status IN (${from}) AND #due = :due`,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: toItem(values),
    },
  }
}

/** When a closed request has had its time; undefined for one that is open. */
export function requestTtl({ retention }: Policy, { closedAt }: RightsRequest): number | undefined {
  return closedAt === undefined ? undefined : ttlAt(new Date(closedAt), retention.requests)
}

function ttlOf({ policy }: Book, request: RightsRequest): { ttl?: number } {
  const ttl = requestTtl(policy, request)
  return ttl === undefined ? {} : { ttl }
}

function put({ tables }: Book, key: Key, value: Record<string, unknown>): TransactWriteItem {
  return {
    Put: {
      TableName: tables.main,
      Item: toItem({ ...key, ...value }),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  }
}

type Key = { pk: string; sk: string }
const remove = ({ tables }: Book, key: Key): TransactWriteItem => ({
  Delete: { TableName: tables.main, Key: toItem(key) },
})
