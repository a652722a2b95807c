import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { isPastTtl, type PersonTables, readTogether, toItem, ttlAt } from '../platform/table.ts'
import type { Address } from './address.ts'
import { contactItemKey, type OpenContact } from './contact.ts'
import { type PersonStore, readOpenContact } from './contacts.ts'
import { signUpOwner } from './sign-up-record.ts'
import { openIdentity, sealIdentity } from './vault.ts'

/**
 * An address that a person wants instead of theirs, until it is confirmed there: `C#<contactId>` /
 * `M`, sealed under the contact's own key, one at a time; and `S#<changeId>` / `M`, by which the mailed
 * link finds it. Both are gone after a week, and with the person.
 */
const keptDays = 7
export const addressChangeSk = 'M'

export type AddressChange = {
  changeId: string
  email: Address
  /** Where the new address is filed, so that its letters keep to its pauses. */
  addressKey: string
  requestId: string
}

const changeSchema = v.object({
  changeId: v.string(),
  sealed: v.instance(Uint8Array),
  newAddressKey: v.string(),
  requestId: v.string(),
})
const markSchema = v.object({ contactId: v.optional(v.string()) })

const changeKey = (contactId: string): { pk: string; sk: string } => ({
  pk: contactItemKey(contactId).pk,
  sk: addressChangeSk,
})
const markKey = (changeId: string): { pk: string; sk: string } => ({
  pk: signUpOwner(changeId),
  sk: addressChangeSk,
})

/** The writes of a new one, which takes the place of an older. */
export function addressChangePuts(
  tables: Pick<PersonTables, 'main'>,
  { contactId, key }: OpenContact,
  { change, at }: { change: AddressChange; at: Date },
): TransactWriteItem[] {
  const { changeId, email, addressKey, requestId } = change
  const ttl = ttlAt(at, keptDays)
  const sealed = sealIdentity(key, 'address-change', { email })
  const value = { changeId, sealed, newAddressKey: addressKey, requestId, ttl }
  return [
    { Put: { TableName: tables.main, Item: toItem({ ...changeKey(contactId), ...value }) } },
    { Put: { TableName: tables.main, Item: toItem({ ...markKey(changeId), contactId, ttl }) } },
  ]
}

/** What a contact waits for at present. */
export async function readAddressChange(
  { db, main }: Pick<PersonTables, 'db' | 'main'>,
  { contactId, key }: OpenContact,
  now: Date,
): Promise<AddressChange | undefined> {
  const [item] = await readTogether(db, [{ table: main, key: changeKey(contactId) }])
  if (item === undefined || isPastTtl(item, now)) return undefined
  const { changeId, sealed, newAddressKey, requestId } = v.parse(changeSchema, item)
  const { email } = openIdentity(key, 'address-change', sealed)
  return { changeId, email, addressKey: newAddressKey, requestId }
}

export type FoundChange =
  | { kind: 'pending'; contact: OpenContact; change: AddressChange }
  | { kind: 'used' }
  /** Over, replaced by a later one, or never made. */
  | { kind: 'none' }

/** What the id of a mailed link stands for. */
export async function findAddressChange(
  store: PersonStore,
  changeId: string,
  now: Date,
): Promise<FoundChange> {
  const { db, main } = store.tables
  const [mark] = await readTogether(db, [{ table: main, key: markKey(changeId) }])
  if (mark === undefined || isPastTtl(mark, now)) return { kind: 'none' }
  const { contactId } = v.parse(markSchema, mark)
  if (contactId === undefined) return { kind: 'used' }
  const contact = await readOpenContact(store, contactId)
  const change = contact && (await readAddressChange(store.tables, contact, now))
  if (contact === undefined || change?.changeId !== changeId) return { kind: 'none' }
  return { kind: 'pending', contact, change }
}

/** The writes that use one up: it can be pressed once, and its mark forgets whose it was. */
export function addressChangeUsed(
  { main }: Pick<PersonTables, 'main'>,
  contactId: string,
  changeId: string,
): TransactWriteItem[] {
  return [
    {
      Delete: {
        TableName: main,
        Key: toItem(changeKey(contactId)),
        ConditionExpression: 'changeId = :change',
        ExpressionAttributeValues: toItem({ ':change': changeId }),
      },
    },
    {
      Update: {
        TableName: main,
        Key: toItem(markKey(changeId)),
        UpdateExpression: 'REMOVE contactId',
        ConditionExpression: 'attribute_exists(contactId)',
      },
    },
  ]
}

/** The write that leaves nothing of the mark of one that is replaced, or whose person is erased. */
export function addressMarkDelete(
  { main }: Pick<PersonTables, 'main'>,
  changeId: string,
): TransactWriteItem & { Delete: object } {
  return { Delete: { TableName: main, Key: toItem(markKey(changeId)) } }
}
