import { difference } from '../campaign/figures.ts'
import { figureWrites, goneWrites } from '../campaign/figures-record.ts'
import {
  type Message,
  messageKey,
  parseMessage,
  unchangedSince,
} from '../campaign/message-record.ts'
import { type Tables, toItem, transact } from '../platform/table.ts'
import { messageTotals } from './message-totals.ts'
import { trackedOf } from './tracked.ts'

/**
 * Deletes a message with all that is known of it. Of somebody who is gone nothing is recorded any more,
 * so it leaves the rates. The rest of its campaign's figures, which name nobody, stays; what the message
 * gave to them is added to what is gone, in the same transaction, so that they can still be counted anew.
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
    const left: Message = { ...endOf(message), ended: { opens: true, clicks: true } }
    const of = { campaignId, spread: messageId, ttl: message.ttl }
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
      ...figureWrites(main, {
        ...of,
        totals: difference(messageTotals(message, tracked), messageTotals(left, tracked)),
      }),
      ...goneWrites(main, { ...of, figures: messageTotals(left, tracked) }),
    ])
    standing = outcome.kind === 'written' ? undefined : outcome.standing[0]?.item
  }
}

/** What has not left is sent to nobody any more, and must not count as waiting for ever. */
function endOf(message: Message): Message {
  return message.state === 'planned' ? { ...message, state: 'skipped', reason: 'gone' } : message
}
