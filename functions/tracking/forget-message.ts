import { difference, withLanguage } from '../campaign/figures.ts'
import { goneWrites } from '../campaign/figures-record.ts'
import { messageFigures } from '../campaign/message-figures.ts'
import { messageKey, parseMessage, unchangedSince } from '../campaign/message-record.ts'
import { type Tables, toItem, transact } from '../platform/table.ts'
import { totalsOf } from './figures.ts'
import { trackedOf } from './tracked.ts'

/**
 * Deletes a message with all that is known of it. Its campaign's figures, which name nobody, stay; what
 * the message gave to them is added to what is gone, in the same transaction, so that they can still be
 * counted anew.
 */
export async function forgetMessage(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  {
    campaignId,
    messageId,
    item,
  }: { campaignId: string; messageId: string; item: Record<string, unknown> },
): Promise<void> {
  let standing: Record<string, unknown> | undefined = item
  while (standing !== undefined) {
    const message = parseMessage(standing)
    const tracked = trackedOf(standing)
    const outcome = await transact(db, [
      {
        Delete: {
          TableName: main,
          Key: toItem(messageKey(campaignId, messageId)),
          ConditionExpression: `${unchangedSince(message)} AND ${
            tracked === undefined
              ? 'attribute_not_exists(#tracked)'
              : '#tracked.#revision = :tracked'
          }`,
          ExpressionAttributeNames: {
            '#tracked': 'tracked',
            ...(tracked === undefined ? {} : { '#revision': 'revision' }),
          },
          ExpressionAttributeValues: toItem({
            ':revision': message.revision,
            ':tracked': tracked?.revision,
          }),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      ...goneWrites(main, {
        campaignId,
        spread: messageId,
        ttl: message.ttl,
        figures: difference(
          {},
          {
            ...messageFigures(message),
            ...withLanguage(message.language, totalsOf(tracked)),
          },
        ),
      }),
    ])
    standing = outcome.kind === 'written' ? undefined : outcome.standing[0]?.item
  }
}
