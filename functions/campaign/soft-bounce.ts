import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { addressKeys, addressSchema } from '../contact/address.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { filedUnder } from '../contact/suppression.ts'
import { mailboxKey } from '../letters/mailbox.ts'
import { toItem, ttlAt } from '../platform/table.ts'

const keptDays = 30
/** Beyond this nobody learns anything more from another one. */
const most = 100

/**
 * A full mailbox or a busy server is counted beside the letters of the address and changes nothing. The
 * count is a set of what was heard, so that hearing it twice counts once, in whatever order.
 */
export async function noteSoftBounce(
  { tables, keys }: ContactStore,
  email: string,
  { at, now, feedbackId }: { at: Date; now: Date; feedbackId: string },
): Promise<'counted' | 'stood' | 'no-address'> {
  const address = v.safeParse(addressSchema, email)
  if (!address.success) return 'no-address'
  const addressKey = await filedUnder(tables, addressKeys(address.output, await keys('address')))
  try {
    await tables.db.send(
      new UpdateItemCommand({
        TableName: tables.main,
        Key: toItem(mailboxKey(addressKey)),
        UpdateExpression: 'SET #ttl = :ttl ADD #bounces :one',
        ConditionExpression: 'attribute_not_exists(#bounces) OR size(#bounces) < :most',
        ExpressionAttributeNames: { '#ttl': 'ttl', '#bounces': 'softBounces' },
        ExpressionAttributeValues: toItem({
          ':ttl': ttlAt(now, keptDays),
          ':one': new Set([`${at.toISOString()}#${feedbackId}`]),
          ':most': most,
        }),
      }),
    )
    return 'counted'
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'stood'
    throw error
  }
}
