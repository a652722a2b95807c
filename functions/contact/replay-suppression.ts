import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { SuppressionKind } from '../consent/decide.ts'
import type { Tables } from '../platform/table.ts'
import type { AddressKey } from './address.ts'
import { readHistory } from './history.ts'
import { hasReturned } from './replay.ts'
import { readAddress, suppressionAttribute, suppressUpdate } from './suppression.ts'

export type ListedSuppression = { addressKey: AddressKey; kind: SuppressionKind; at: Date }

/**
 * Makes an address refuse again what the ledger lists, also one of somebody who joined and was erased
 * after the copy was made, of whom the copy has never heard (RIGHT-13, invariant 6).
 * @returns false when it refuses already, or its person has come back since.
 */
export async function replaySuppression(
  tables: Pick<Tables, 'db' | 'main' | 'ledger'>,
  { addressKey, kind, at }: ListedSuppression,
): Promise<boolean> {
  const { contactId } = await readAddress(tables, [addressKey])
  if (contactId !== undefined && kind !== 'bounce') {
    if (hasReturned(await readHistory({ tables }, contactId), at)) return false
  }
  const { Update } = suppressUpdate(tables, addressKey, kind, at)
  if (Update === undefined) throw new TypeError('a suppression is an update')
  try {
    await tables.db.send(
      new UpdateItemCommand({
        ...Update,
        ConditionExpression: 'attribute_not_exists(#kind) OR #kind.#at < :at',
        ExpressionAttributeNames: { '#kind': suppressionAttribute(kind), '#at': 'at' },
        ExpressionAttributeValues: {
          ...Update.ExpressionAttributeValues,
          ':at': { S: at.toISOString() },
        },
      }),
    )
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}
