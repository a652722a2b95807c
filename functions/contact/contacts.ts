import * as v from 'valibot'
import type { Policy } from '../consent/policy.ts'
import type { KeySource } from '../platform/keyring.ts'
import { type PersonTables, readTogether, type Tables } from '../platform/table.ts'
import {
  type Contact,
  contactItemKey,
  contactKeyOwner,
  type OpenContact,
  openContact,
  parseContact,
} from './contact.ts'
import { type AddressRecord, readAddress } from './suppression.ts'
import { keyItemSchema, unwrapDataKey } from './vault.ts'

/** All that reading and changing contacts needs. */
export type ContactStore = { tables: Tables; policy: Policy; keys: KeySource }
export type PersonStore = { tables: PersonTables; keys: KeySource }

export async function readContact(
  tables: Pick<Tables, 'db' | 'main'>,
  contactId: string,
): Promise<Contact | undefined> {
  const [item] = await readTogether(tables.db, [
    { table: tables.main, key: contactItemKey(contactId) },
  ])
  return item === undefined ? undefined : parseContact(item)
}

/**
 * A contact with its seal open, in one batch read. Undefined when there is none, or its key is gone:
 * both mean that the person is, or is being, erased.
 */
export async function readOpenContact(
  { tables, keys }: PersonStore,
  contactId: string,
): Promise<OpenContact | undefined> {
  const owner = contactKeyOwner(contactId)
  const [item, keyItem] = await readTogether(tables.db, [
    { table: tables.main, key: contactItemKey(contactId) },
    { table: tables.keys, key: { pk: owner } },
  ])
  if (item === undefined || keyItem === undefined) return undefined
  const { wrapped } = v.parse(keyItemSchema, keyItem)
  return openContact(parseContact(item), unwrapDataKey(owner, wrapped, await keys('ring')))
}

/** The contact and its address record, as `decide` wants to see them. */
export async function readStanding(
  store: PersonStore,
  contactId: string,
): Promise<{ contact: OpenContact; address: AddressRecord } | undefined> {
  const contact = await readOpenContact(store, contactId)
  if (contact === undefined) return undefined
  return { contact, address: await readAddress(store.tables, [contact.addressKey]) }
}
