import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { readTogether, type Tables, toItem, transact } from '../platform/table.ts'
import { addressKeys } from './address.ts'
import { claimUpdates } from './claim.ts'
import { consequences } from './consequences.ts'
import { contactKeyOwner, type OpenContact } from './contact.ts'
import type { ContactStore } from './contacts.ts'
import { contactPut } from './create.ts'
import { readHistory } from './history.ts'
import { cameBack, lifted, told } from './replay.ts'
import { type AddressRecord, addressItemKey, readAddress } from './suppression.ts'
import { keyItemSchema, openIdentity, sealIdentity, unwrapDataKey } from './vault.ts'

/**
 * Somebody who joined after the copy was made: their key lives, and their own confirmation is in the
 * ledger with the identity it was given for, so they need not join again (RIGHT-13). What they told us
 * beyond that is lost.
 * @returns false when nothing says who they are: their key is gone, their address has changed since, or
 *   it has another contact by now.
 */
export async function recreateContact(
  store: ContactStore,
  contactId: string,
  now: Date,
): Promise<boolean> {
  const { tables, policy, keys } = store
  const owner = contactKeyOwner(contactId)
  const [keyItem] = await readTogether(tables.db, [{ table: tables.keys, key: { pk: owner } }])
  const history = await readHistory(store, contactId)
  const sealed = history.findLast((entry) => entry.sealed !== undefined)?.sealed
  const hasMoved = history.some(({ evidence }) => evidence.asked?.includes('email'))
  if (keyItem === undefined || sealed === undefined || hasMoved) return false
  const key = unwrapDataKey(owner, v.parse(keyItemSchema, keyItem).wrapped, await keys('ring'))
  const identity = openIdentity(key, 'ledger', sealed)
  const address = await readAddress(tables, addressKeys(identity.email, await keys('address')))
  if (address.contactId !== undefined) return false
  const spoken = history.findLast(({ evidence }) => evidence.language !== undefined)
  const blank: OpenContact = {
    contactId,
    sealed: sealIdentity(key, 'contact', identity),
    addressKey: address.addressKey,
    language: spoken?.evidence.language ?? policy.languages[0] ?? '',
    choices: {},
    restricted: false,
    generation: 0,
    revision: 0,
    key,
    identity,
  }
  const lift = cameBack(address, history)
  const after = {
    contact: { ...blank, ...told(blank, history), revision: 1 },
    address: lift ? lifted(address) : address,
  }
  const outcome = await transact(tables.db, [
    contactPut(store, after.contact),
    {
      ConditionCheck: {
        TableName: tables.keys,
        Key: toItem({ pk: owner }),
        ConditionExpression: 'attribute_exists(pk)',
      },
    },
    ...(lift
      ? claimUpdates(tables, address, { contactId, lift })
      : [tie(tables, contactId, address)]),
    ...consequences(store, { contact: blank, address }, after, { at: now, entries: [] }),
  ])
  return outcome.kind === 'written'
}

/** Whatever the address refuses, it goes on refusing. */
function tie(
  { main }: Tables,
  contactId: string,
  { addressKey }: AddressRecord,
): TransactWriteItem {
  return {
    Update: {
      TableName: main,
      Key: toItem(addressItemKey(addressKey)),
      UpdateExpression: 'SET contactId = :contact',
      ConditionExpression: 'attribute_not_exists(contactId)',
      ExpressionAttributeValues: toItem({ ':contact': contactId }),
    },
  }
}
