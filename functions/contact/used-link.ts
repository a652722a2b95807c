import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { type PersonTables, readPartition, toItem, ttlAt } from '../platform/table.ts'
import { contactItemKey } from './contact.ts'

const usedLinkPrefix = 'N#'

/** A mailed link that has opened the door is remembered, under its contact, until no such link can live. */
export function usedLinkPut(
  { main }: Pick<PersonTables, 'main'>,
  { contactId, nonce }: { contactId: string; nonce: string },
  now: Date,
): TransactWriteItem {
  const { pk } = contactItemKey(contactId)
  return {
    Put: {
      TableName: main,
      Item: toItem({ pk, sk: `${usedLinkPrefix}${nonce}`, ttl: ttlAt(now, 1) }),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  }
}

export const isUsedLink = (sk: string): boolean => sk.startsWith(usedLinkPrefix)

/** Each link of the last day that was used, and when that is forgotten. */
export async function* readUsedLinks(
  { db, main }: Pick<PersonTables, 'db' | 'main'>,
  contactId: string,
): AsyncGenerator<{ nonce: string; forgottenAt: Date }> {
  const { pk } = contactItemKey(contactId)
  for await (const { sk, ttl } of readPartition(db, main, pk, usedLinkPrefix)) {
    const nonce = String(sk).slice(usedLinkPrefix.length)
    yield { nonce, forgottenAt: new Date(Number(ttl) * 1000) }
  }
}
