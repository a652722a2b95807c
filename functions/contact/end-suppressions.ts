import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { type SuppressionKind, suppressionKinds } from '../consent/decide.ts'
import type { Policy } from '../consent/policy.ts'
import { type Tables, toItem, transact } from '../platform/table.ts'
import { asRead, nameOf } from './claim.ts'
import { type AddressRecord, addressItemKey, suppressedKinds } from './suppression.ts'

/** What has kept an address from being mailed for as long as the policy says; none where that is for ever. */
export function overdueKinds(
  { retention: { objection } }: Policy,
  record: AddressRecord,
  now: Date,
): SuppressionKind[] {
  // While there is a contact, its own choices and history say the same, and must not be contradicted.
  if (objection === null || record.contactId !== undefined) return []
  const limit = now.getTime() - objection * 86_400_000
  return suppressedKinds(record).filter(
    (kind) => (record.suppressions[kind]?.getTime() ?? limit + 1) <= limit,
  )
}

/**
 * Ends suppressions that are overdue; with the last of them nothing of the address stays (SUPP-05).
 * @returns false when the address is no longer as it was read: then nothing was written.
 */
export async function endSuppressions(
  tables: Pick<Tables, 'db' | 'main'>,
  { record, over }: { record: AddressRecord; over: readonly SuppressionKind[] },
  also: readonly TransactWriteItem[],
): Promise<boolean> {
  const { conditions, names, values } = asRead(record, suppressionKinds, suppressedKinds(record))
  const item = {
    TableName: tables.main,
    Key: toItem(addressItemKey(record.addressKey)),
    ConditionExpression: ['attribute_not_exists(#contact)', ...conditions].join(' AND '),
    ExpressionAttributeNames: { '#contact': 'contactId', ...names },
    ExpressionAttributeValues: values,
  }
  const isAll = over.length === suppressedKinds(record).length
  const UpdateExpression = `REMOVE ${over.map(nameOf).join(', ')}`
  const outcome = await transact(tables.db, [
    isAll ? { Delete: item } : { Update: { ...item, UpdateExpression } },
    ...also,
  ])
  return outcome.kind === 'written'
}
