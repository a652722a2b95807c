import type { SuppressionKind } from '../consent/decide.ts'
import { suppressionPut } from '../consent/ledger.ts'
import { transact, type UnsealedTables } from '../platform/table.ts'
import type { AddressKey } from './address.ts'
import { parseAddressRecord, suppressionAttribute, suppressUpdate } from './suppression.ts'

export type AddressSuppressed =
  | { kind: 'suppressed' }
  /** It stood already, of that moment or a later one. */
  | { kind: 'stood' }
  /** A contact has the address by now: what suppresses it must also change the contact. */
  | { kind: 'owned' }

/**
 * Suppresses an address that no contact has, for now: nothing of a person is made by it (SUPP-01).
 * In whatever order several arrive, the latest date stays.
 */
export async function suppressAddress(
  tables: UnsealedTables,
  addressKey: AddressKey,
  { kind, at }: { kind: SuppressionKind; at: Date },
): Promise<AddressSuppressed> {
  const { Update } = suppressUpdate(tables, addressKey, kind, at)
  if (Update === undefined) throw new TypeError('a suppression is an update')
  const outcome = await transact(tables.db, [
    {
      Update: {
        ...Update,
        ConditionExpression:
          'attribute_not_exists(contactId) AND (attribute_not_exists(#kind) OR #kind.#at < :at)',
        ExpressionAttributeNames: { '#kind': suppressionAttribute(kind), '#at': 'at' },
        ExpressionAttributeValues: {
          ...Update.ExpressionAttributeValues,
          ':at': { S: at.toISOString() },
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    },
    suppressionPut(tables, { addressKey, kind, at }),
  ])
  if (outcome.kind === 'written') return { kind: 'suppressed' }
  const { contactId } = parseAddressRecord(addressKey, outcome.standing[0]?.item)
  return { kind: contactId === undefined ? 'stood' : 'owned' }
}
