import { DeleteItemCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { isOff } from '../consent/choices.ts'
import { directMarketing } from '../consent/policy.ts'
import { addressChangeSk, addressMarkDelete } from '../contact/address-change.ts'
import { feedPut } from '../contact/change-feed.ts'
import { type Contact, contactItemKey, contactKeyOwner } from '../contact/contact.ts'
import { type ContactStore, readContact } from '../contact/contacts.ts'
import { membershipDelete } from '../contact/membership.ts'
import { addressItemKey } from '../contact/suppression.ts'
import { orderedId } from '../platform/id.ts'
import { readTogether, toItem, transact } from '../platform/table.ts'
import { deleteMessages, deleteSignUps, deleteThings } from './erase-things.ts'
import { forgetRequests } from './forget-requests.ts'

/**
 * Erases once more somebody who was erased before, and whom the copy of a table has brought back
 * (RIGHT-13). In the order of design §4, and without their key, which may be gone or have come back with
 * a copy of its own table. No letter: they had theirs. Broken off anywhere it is run again.
 */
export async function finishErasure(
  store: ContactStore,
  contactId: string,
  { erasedAt, now }: { erasedAt: Date; now: Date },
): Promise<void> {
  const { tables } = store
  const contact = await readContact(tables, contactId)
  if (contact !== undefined) {
    await transact(tables.db, endings(store, contact, now))
    await deleteSignUps(store, { ...contact, erasing: erasedAt.toISOString() })
  }
  await deleteMessages(store, contactId, now)
  await dropWish(store, contactId)
  await forgetRequests(store, contactId, { but: undefined, now })
  await deleteThings(store, contactId, undefined)
  const key = {
    Delete: { TableName: tables.keys, Key: toItem({ pk: contactKeyOwner(contactId) }) },
  }
  if (contact === undefined) {
    await transact(tables.db, [key])
    return
  }
  await untie(store, contact)
  const person = { Delete: { TableName: tables.main, Key: toItem(contactItemKey(contactId)) } }
  await transact(tables.db, [key, person])
}

/** From here on nothing is sent or exported, and recipients can be told. */
function endings(
  { tables, policy }: ContactStore,
  { contactId, choices }: Contact,
  now: Date,
): TransactWriteItem[] {
  const topics = new Set([...Object.keys(policy.topics), ...Object.keys(choices)])
  const on = Object.keys(choices).filter((purpose) => !isOff(choices[purpose]?.state ?? 'unknown'))
  return [
    ...[...topics]
      .filter((id) => id !== directMarketing && !Object.hasOwn(policy.purposes, id))
      .map((topic) => membershipDelete(tables, contactId, topic)),
    feedPut(tables, {
      contactId,
      purposes: [...new Set([...Object.keys(policy.topics), ...on])],
      ledgerId: orderedId(now),
      at: now,
    }),
  ]
}

const wishSchema = v.object({ changeId: v.string() })

/** The mark by which a mailed link finds a wish for another address; the wish goes with their things. */
async function dropWish({ tables }: ContactStore, contactId: string): Promise<void> {
  const key = { pk: contactItemKey(contactId).pk, sk: addressChangeSk }
  const [item] = await readTogether(tables.db, [{ table: tables.main, key }])
  if (item === undefined) return
  const { changeId } = v.parse(wishSchema, item)
  await tables.db.send(new DeleteItemCommand(addressMarkDelete(tables, changeId).Delete))
}

/** Their address may have somebody else by now; what it refuses, it goes on refusing. */
async function untie({ tables }: ContactStore, { contactId, addressKey }: Contact): Promise<void> {
  await transact(tables.db, [
    {
      Update: {
        TableName: tables.main,
        Key: toItem(addressItemKey(addressKey)),
        UpdateExpression: 'REMOVE contactId',
        ConditionExpression: 'contactId = :contact',
        ExpressionAttributeValues: toItem({ ':contact': contactId }),
      },
    },
  ])
}
