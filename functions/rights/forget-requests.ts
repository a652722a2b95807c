import { DeleteItemCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { Policy } from '../consent/policy.ts'
import {
  type RightsRequest,
  readRequest,
  requestIdsOf,
  requestMarkKey,
} from '../contact/request-record.ts'
import { type Tables, toItem, transact } from '../platform/table.ts'
import { stepWrites } from './register.ts'
import { isOpen, stepped } from './request-steps.ts'

type Book = { tables: Tables; policy: Policy }

/**
 * The other requests of somebody who is being erased: what is open ends, and none knows any more
 * whose it was. That there were such requests, when, and how they ended, stays (RIGHT-01, SUPP-01).
 */
export async function forgetRequests(
  book: Book,
  contactId: string,
  { but, now }: { but: string | undefined; now: Date },
): Promise<void> {
  const { tables } = book
  for (const id of await requestIdsOf(tables, contactId)) {
    if (id === but) continue
    const request = await readRequest(tables, id, now)
    if (request !== undefined) await transact(tables.db, forgetWrites(book, request, now))
    const Key = toItem(requestMarkKey(contactId, id))
    await tables.db.send(new DeleteItemCommand({ TableName: tables.main, Key }))
  }
}

function forgetWrites(book: Book, before: RightsRequest, at: Date): TransactWriteItem[] {
  const step = isOpen(before) ? 'end' : 'forget'
  const noted = isOpen(before) ? ({ outcome: 'erased' } as const) : {}
  const after = stepped(before, step, { at, ...noted })
  if (after === undefined) throw new TypeError('every request can be forgotten')
  return stepWrites(book, step, { before, after: withoutPerson(after) })
}

/** The writes that close the erasure itself, in the transaction that erases; none when it is closed. */
export async function erasedWrites(
  book: Book,
  { contactId, requestId }: { contactId: string; requestId: string },
  at: Date,
): Promise<TransactWriteItem[]> {
  const { tables } = book
  const before = await readRequest(tables, requestId, at)
  const after = before && stepped(before, 'complete', { at, outcome: 'carried-out' })
  if (before === undefined || after === undefined) return []
  const Key = toItem(requestMarkKey(contactId, requestId))
  return [
    ...stepWrites(book, 'complete', { before, after: withoutPerson(after) }),
    { Delete: { TableName: tables.main, Key } },
  ]
}

function withoutPerson({ contactId: _, said: _said, ...request }: RightsRequest): RightsRequest {
  return request
}
