import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { suppressionKinds } from '../consent/decide.ts'
import { ledgerPut } from '../consent/ledger.ts'
import { contactItemKey, contactKeyOwner, type OpenContact } from '../contact/contact.ts'
import { type ContactStore, readContact } from '../contact/contacts.ts'
import { pendingLetterPuts } from '../contact/pending-letter.ts'
import {
  addressItemKey,
  readAddress,
  suppressedKinds,
  suppressionAttribute,
} from '../contact/suppression.ts'
import { orderedId } from '../platform/id.ts'
import { type Tables, toItem, transact } from '../platform/table.ts'
import { erasedWrites } from './forget-requests.ts'

type Ending = { requestId: string | undefined; now: Date }

/**
 * The last step: key, contact and the address's tie to it in one transaction. Whoever asked is left a
 * notice (RIGHT-12) and their request is closed; who has been silent for years is left in peace.
 */
export async function deletePerson(
  store: ContactStore,
  contact: OpenContact,
  { requestId, now }: Ending,
): Promise<void> {
  const { tables, policy } = store
  const { contactId } = contact
  const outcome = await transact(tables.db, [
    { Delete: { TableName: tables.keys, Key: toItem({ pk: contactKeyOwner(contactId) }) } },
    {
      Delete: {
        TableName: tables.main,
        Key: toItem(contactItemKey(contactId)),
        ConditionExpression:
          requestId === undefined
            ? 'attribute_exists(lapsed)'
            : 'attribute_exists(erasing) AND attribute_not_exists(lapsed)',
      },
    },
    ledgerPut(tables, policy, contactId, {
      kind: 'erased',
      at: now,
      ledgerId: orderedId(now),
      noticeVersion: policy.notice.version,
      changes: [],
      evidence: {
        actor: 'system',
        ...(requestId === undefined
          ? { method: 'sweep' }
          : { method: 'preference-page', requestId }),
      },
    }),
    ...(requestId === undefined
      ? [await addressWithout(tables, contact)]
      : await answered(store, contact, { requestId, now })),
  ])
  if (outcome.kind === 'refused' && (await readContact(tables, contactId)) !== undefined) {
    throw new Error('an erasure could not take its last step')
  }
}

async function answered(
  store: ContactStore,
  contact: OpenContact,
  { requestId, now }: { requestId: string; now: Date },
): Promise<TransactWriteItem[]> {
  const { contactId, identity, language } = contact
  const letter = { letterId: requestId, email: identity.email, language }
  return [
    { Update: { ...addressOf(store.tables, contact), UpdateExpression: 'REMOVE contactId' } },
    ...(await pendingLetterPuts(store, letter, now)),
    ...(await erasedWrites(store, { contactId, requestId }, now)),
  ]
}

const addressOf = ({ main }: Tables, { contactId, addressKey }: OpenContact) => ({
  TableName: main,
  Key: toItem(addressItemKey(addressKey)),
  ConditionExpression: 'contactId = :contact',
  ExpressionAttributeValues: toItem({ ':contact': contactId }),
})

/** Where nothing keeps the address from being mailed, nothing of it stays (SUPP-01). */
async function addressWithout(tables: Tables, contact: OpenContact): Promise<TransactWriteItem> {
  const address = await readAddress(tables, [contact.addressKey])
  const item = addressOf(tables, contact)
  if (suppressedKinds(address).length > 0) {
    return { Update: { ...item, UpdateExpression: 'REMOVE contactId' } }
  }
  const names = suppressionKinds.map((kind, index) => [`#s${index}`, suppressionAttribute(kind)])
  const none = names.map(([name]) => `attribute_not_exists(${name})`)
  return {
    Delete: {
      ...item,
      ConditionExpression: [item.ConditionExpression, ...none].join(' AND '),
      ExpressionAttributeNames: Object.fromEntries(names),
    },
  }
}
