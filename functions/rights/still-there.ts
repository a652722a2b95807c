import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { contactItemKey } from '../contact/contact.ts'
import { type Tables, toItem } from '../platform/table.ts'

/**
 * The condition that there is such a contact and nobody erases it: nothing about a person is written
 * that could outlive them (RIGHT-11).
 * @param generation which it must still be of, when that matters.
 */
export function stillThere(
  { main }: Pick<Tables, 'main'>,
  contactId: string,
  generation?: number,
): TransactWriteItem {
  const isThere = 'attribute_exists(pk) AND attribute_not_exists(erasing)'
  const item = { TableName: main, Key: toItem(contactItemKey(contactId)) }
  if (generation === undefined) {
    return { ConditionCheck: { ...item, ConditionExpression: isThere } }
  }
  return {
    ConditionCheck: {
      ...item,
      ConditionExpression: `${isThere} AND generation = :generation`,
      ExpressionAttributeValues: toItem({ ':generation': generation }),
    },
  }
}
