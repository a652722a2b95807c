import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { contactPk } from '../consent/ledger.ts'
import { monthsAfter } from '../platform/calendar-month.ts'
import { idPattern, orderedId } from '../platform/id.ts'
import { readTogether, type Tables, toItem } from '../platform/table.ts'

/** A right exercised (RIGHT-01): its id, when it came, by when it is answered, and how it stands. */
const requestKinds = ['access', 'rectification', 'erasure', 'restriction', 'objection'] as const
const requestSchema = v.object({
  id: v.string(),
  kind: v.picklist(requestKinds),
  status: v.picklist(['in-progress', 'done']),
  receivedAt: v.pipe(v.string(), v.isoTimestamp()),
  dueAt: v.pipe(v.string(), v.isoTimestamp()),
})
export type RightsRequest = v.InferOutput<typeof requestSchema>

/** One calendar month after receipt (RIGHT-02), not thirty days. */
export const dueAt = (received: Date): Date => monthsAfter(received, 1)

/** A request as it comes in. */
export function received(
  kind: RightsRequest['kind'],
  status: RightsRequest['status'],
  now: Date,
): RightsRequest {
  const receivedAt = now.toISOString()
  return { id: orderedId(now), kind, status, receivedAt, dueAt: dueAt(now).toISOString() }
}

const itemKey = (contactId: string, id: string): { pk: string; sk: string } => ({
  pk: contactPk(contactId),
  sk: `R#${id}`,
})

export function requestPut(
  tables: Tables,
  contactId: string,
  request: RightsRequest,
): TransactWriteItem {
  return {
    Put: {
      TableName: tables.main,
      Item: toItem({ ...itemKey(contactId, request.id), ...request }),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  }
}

export const parseRequest = (item: Record<string, unknown>): RightsRequest =>
  v.parse(requestSchema, item)

export async function readRequest(
  tables: Tables,
  contactId: string,
  id: string,
): Promise<RightsRequest | undefined> {
  if (!idPattern.test(id)) return undefined
  const [item] = await readTogether(tables.db, [
    { table: tables.main, key: itemKey(contactId, id) },
  ])
  return item === undefined ? undefined : parseRequest(item)
}
