import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { randomId } from '../platform/id.ts'
import { toItem, transact } from '../platform/table.ts'
import type { Address } from './address.ts'
import { claimUpdates } from './claim.ts'
import { consequences } from './consequences.ts'
import { choiceAttribute, contactItemKey, contactKeyOwner, type OpenContact } from './contact.ts'
import type { ContactStore } from './contacts.ts'
import { type Plan, planAfter } from './plan.ts'
import type { AddressRecord } from './suppression.ts'
import { type DataKey, newDataKey, sealIdentity } from './vault.ts'

/**
 * A contact that does not exist yet: person, key, address, index and history in one transaction.
 * Refused when the address belongs to someone by now, or a refusal has arrived: read and try again.
 */
export type NewContact = {
  /** Builds the plan once the contact has an id and a key to seal evidence with. */
  plan: (contactId: string, key: DataKey) => Plan & { identity: { email: Address } }
  address: AddressRecord
  language: string
}
export type Created = { kind: 'created'; contact: OpenContact } | { kind: 'refused' }

export async function createContact(store: ContactStore, request: NewContact): Promise<Created> {
  const { tables, keys } = store
  const contactId = randomId()
  const { key, wrapped } = newDataKey(contactKeyOwner(contactId), await keys('ring'))
  const { liftSuppressions, ...plan } = request.plan(contactId, key)
  const blank: OpenContact = {
    contactId,
    sealed: sealIdentity(key, 'contact', plan.identity),
    addressKey: request.address.addressKey,
    language: request.language,
    choices: {},
    restricted: false,
    generation: 0,
    revision: 0,
    key,
    identity: plan.identity,
  }
  const before = { contact: blank, address: request.address }
  const after = planAfter(blank, request.address, {
    ...plan,
    ...(liftSuppressions === undefined ? {} : { liftSuppressions }),
  })
  const outcome = await transact(tables.db, [
    contactPut(store, after.contact),
    {
      Put: {
        TableName: tables.keys,
        Item: toItem({ pk: contactKeyOwner(contactId), wrapped }),
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
    // Others may create a contact only for an address that nothing suppresses (CONS-15).
    ...claimUpdates(tables, request.address, { contactId, lift: liftSuppressions ?? false }),
    ...consequences(store, before, after, plan),
  ])
  return outcome.kind === 'written'
    ? { kind: 'created', contact: after.contact }
    : { kind: 'refused' }
}

export function contactPut({ tables }: ContactStore, contact: OpenContact): TransactWriteItem {
  const choices = Object.fromEntries(
    Object.entries(contact.choices).map(([purpose, choice]) => [choiceAttribute(purpose), choice]),
  )
  return {
    Put: {
      TableName: tables.main,
      Item: toItem({
        ...contactItemKey(contact.contactId),
        sealed: contact.sealed,
        addressKey: contact.addressKey,
        language: contact.language,
        generation: contact.generation,
        actedAt: contact.actedAt,
        restricted: contact.restricted || undefined,
        revision: contact.revision,
        ...choices,
      }),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  }
}
