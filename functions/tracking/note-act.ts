import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { type Contact, contactItemKey } from '../contact/contact.ts'
import { type Tables, toItem } from '../platform/table.ts'

/**
 * Whoever follows a link in our mail has been heard of, and is not forgotten as silent (SUPP-07): at most one
 * write for a person and day. The revision rises, so that no lapse which read them before goes through.
 */
export async function noteAct(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  { contactId, actedAt }: Contact,
  at: number,
): Promise<void> {
  const acted = new Date(at).toISOString()
  const today = acted.slice(0, 10)
  if (actedAt !== undefined && actedAt >= today) return
  try {
    await db.send(
      new UpdateItemCommand({
        TableName: main,
        Key: toItem(contactItemKey(contactId)),
        UpdateExpression: 'SET actedAt = :acted ADD revision :one',
        ConditionExpression:
          'attribute_exists(pk) AND attribute_not_exists(erasing) AND (attribute_not_exists(actedAt) OR actedAt < :today)',
        ExpressionAttributeValues: toItem({ ':acted': acted, ':today': today, ':one': 1 }),
      }),
    )
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}
