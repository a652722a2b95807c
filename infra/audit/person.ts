import * as v from 'valibot'
import { contactPk, type LedgerEntry, parseEntry } from '../../functions/consent/ledger.ts'
import type { Policy } from '../../functions/consent/policy.ts'
import { addressKeys } from '../../functions/contact/address.ts'
import {
  type Contact,
  contactKeyOwner,
  openContact,
  parseContact,
} from '../../functions/contact/contact.ts'
import type { ContactStore } from '../../functions/contact/contacts.ts'
import {
  type Membership,
  membershipPk,
  parseMembership,
  shardOf,
} from '../../functions/contact/membership.ts'
import {
  type AddressRecord,
  addressItemKey,
  parseAddressRecord,
} from '../../functions/contact/suppression.ts'
import {
  type DataKey,
  type Identity,
  keyItemSchema,
  unwrapDataKey,
} from '../../functions/contact/vault.ts'
import type { Key } from '../../functions/platform/keyring.ts'
import { parsed } from './parsed.ts'
import type { Reader, Stored } from './reader.ts'

export type Opened = { key: DataKey; identity: Identity }

/** One contact and everything that hangs on it: all that is in memory of one person at a time. */
export type Person = {
  policy: Policy
  contact: Contact
  hasKey: boolean
  /** Undefined when the key or the seal does not open. */
  opened: Opened | undefined
  /** The address item that the contact names; undefined when there is none. */
  address: AddressRecord | undefined
  /** The address under every key version, found from the sealed address; none when it is not open. */
  addresses: readonly AddressRecord[]
  /** By topic; `unreadable` for an item that is no membership. */
  memberships: ReadonlyMap<string, Membership | 'unreadable'>
  history: readonly LedgerEntry[]
  unreadableEntries: number
}

type Store = Pick<ContactStore, 'tables' | 'policy' | 'keys'>

/** @returns undefined when the item is not a contact that the product can read. */
export async function readPerson(
  { tables, policy, keys }: Store,
  reader: Reader,
  item: Stored,
): Promise<Person | undefined> {
  const contact = parsed(() => parseContact(item))
  if (contact === undefined) return undefined
  const { contactId, addressKey } = contact
  const topics = Object.keys(policy.topics)
  const [keyItem, addressItem, ...membershipItems] = await reader.items([
    { table: tables.keys, key: { pk: contactKeyOwner(contactId) } },
    { table: tables.main, key: addressItemKey(addressKey) },
    ...topics.map((topic) => ({
      table: tables.main,
      key: { pk: membershipPk(topic, shardOf(contactId)), sk: contactId },
    })),
  ])
  const opened = openPerson(contact, keyItem, await keys('ring'))
  const versions =
    opened === undefined ? [] : addressKeys(opened.identity.email, await keys('address'))
  const others = await reader.items(
    versions.map((key) => ({ table: tables.main, key: addressItemKey(key) })),
  )
  const history: LedgerEntry[] = []
  let unreadableEntries = 0
  const pages = reader.partition({ table: tables.ledger, pk: contactPk(contactId) })
  for await (const stored of pages) {
    const entry = parsed(() => parseEntry(stored))
    if (entry === undefined) unreadableEntries += 1
    else history.push(entry)
  }
  return {
    policy,
    contact,
    hasKey: keyItem !== undefined,
    opened,
    address: addressItem && parsed(() => parseAddressRecord(addressKey, addressItem)),
    addresses: versions.flatMap(
      (key, index) => parsed(() => parseAddressRecord(key, others[index])) ?? [],
    ),
    memberships: membershipsOf(topics, membershipItems),
    history,
    unreadableEntries,
  }
}

function openPerson(
  contact: Contact,
  keyItem: Stored | undefined,
  ring: readonly Key[],
): Opened | undefined {
  if (keyItem === undefined) return undefined
  return parsed(() => {
    const { wrapped } = v.parse(keyItemSchema, keyItem)
    const key = unwrapDataKey(contactKeyOwner(contact.contactId), wrapped, ring)
    return { key, identity: openContact(contact, key).identity }
  })
}

function membershipsOf(
  topics: readonly string[],
  items: readonly (Stored | undefined)[],
): ReadonlyMap<string, Membership | 'unreadable'> {
  const memberships = new Map<string, Membership | 'unreadable'>()
  topics.forEach((topic, index) => {
    const item = items[index]
    if (item === undefined) return
    memberships.set(topic, parsed(() => parseMembership(item)) ?? 'unreadable')
  })
  return memberships
}
