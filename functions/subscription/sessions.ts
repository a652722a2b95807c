import { contactItemKey } from '../contact/contact.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { usedLinkPut } from '../contact/used-link.ts'
import { toItem, transact } from '../platform/table.ts'
import { type ManageToken, sessionLifeMs, sessionToken } from '../platform/token-bodies.ts'

/** What the page keeps in memory, and nowhere else, for an hour. */
export type Session = { token: string; expiresAt: Date }

/**
 * Exchanges a mailed link for a session, once: the nonce is spent in the transaction that checks that
 * the contact is still of the link's generation (SEC-05). Coming here is an act of the person, so
 * nobody forgets them meanwhile (SUPP-07).
 * @returns undefined when the link was used before, or is of an older generation.
 */
export async function exchange(
  { tables, keys }: ContactStore,
  { contactId, generation, nonce }: ManageToken,
  now: Date,
): Promise<Session | undefined> {
  const { pk, sk } = contactItemKey(contactId)
  const outcome = await transact(tables.db, [
    {
      Update: {
        TableName: tables.main,
        Key: toItem({ pk, sk }),
        UpdateExpression: 'SET actedAt = :now ADD revision :one',
        ConditionExpression: 'attribute_exists(pk) AND generation = :generation',
        ExpressionAttributeValues: toItem({
          ':generation': generation,
          ':now': now.toISOString(),
          ':one': 1,
        }),
      },
    },
    usedLinkPut(tables, { contactId, nonce }, now),
  ])
  if (outcome.kind === 'refused') return undefined
  const expiresAt = new Date(now.getTime() + sessionLifeMs)
  const token = await sessionToken.mint(keys, { contactId, generation, expires: expiresAt, nonce })
  return { token, expiresAt }
}
