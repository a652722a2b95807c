import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import type { SSMClient } from '@aws-sdk/client-ssm'
import { parse } from 'valibot'
import { contactPk, type LedgerEntry, parseEntry } from '../../functions/consent/ledger.ts'
import { addressKeys, addressSchema } from '../../functions/contact/address.ts'
import type { OpenContact } from '../../functions/contact/contact.ts'
import { type ContactStore, readOpenContact } from '../../functions/contact/contacts.ts'
import { type AddressRecord, readAddress } from '../../functions/contact/suppression.ts'
import { ssmKeys } from '../../functions/platform/keyring.ts'
import { fromItem, readPartition, readTogether } from '../../functions/platform/table.ts'
import {
  confirmToken,
  manageToken,
  noCampaign,
  sessionToken,
  unsubscribeToken,
} from '../../functions/platform/token-bodies.ts'
import { policy } from '../../policy.ts'

export type Table = 'main' | 'ledger' | 'keys'
type Stored = Record<string, unknown>

/** What lies in the tables, and the keys to read it and to sign with: for tests that look behind. */
export type Books = {
  store: ContactStore
  addressOf: (email: string) => Promise<AddressRecord>
  contactOf: (email: string) => Promise<OpenContact | undefined>
  history: (contactId: string) => Promise<LedgerEntry[]>
  all: (table: Table) => Promise<Stored[]>
  /** The id of the address's latest sign-up. */
  pendingSignUp: (email: string) => Promise<string>
  /** The link that the address's latest sign-up mailed, or would have. */
  confirmLink: (email: string) => Promise<string>
  unsubscribeLink: (email: string, topic?: string) => Promise<string>
  manageLink: (email: string, over?: { issued?: Date; generation?: number }) => Promise<string>
  sessionOf: (email: string, over?: { expires?: Date; generation?: number }) => Promise<string>
}

export type BooksOf = {
  dynamodb: DynamoDBClient
  ssm: SSMClient
  tables: Record<Table, string>
  keyPath: string
}

export function openBooks({ dynamodb, ssm, tables, keyPath }: BooksOf): Books {
  const keys = ssmKeys(ssm, keyPath, () => new Date())
  const store: ContactStore = { tables: { db: dynamodb, ...tables }, policy, keys }
  const keysOf = async (email: string) =>
    addressKeys(parse(addressSchema, email), await keys('address'))
  const addressOf = async (email: string) => readAddress(store.tables, await keysOf(email))
  const contactOf = async (email: string) => {
    const { contactId } = await addressOf(email)
    return contactId === undefined ? undefined : readOpenContact(store, contactId)
  }
  const known = async (email: string) => {
    const contact = await contactOf(email)
    if (contact === undefined) throw new Error('nobody is known under this address')
    return contact
  }
  const pendingSignUp = async (email: string) => {
    const [pk = ''] = await keysOf(email)
    const [record] = await readTogether(dynamodb, [{ table: tables.main, key: { pk, sk: 'L' } }])
    return String(record?.latestSignUp)
  }
  let nonces = 0
  const nonce = () => (nonces++).toString(16).padStart(16, 'a')
  return {
    store,
    addressOf,
    contactOf,
    history: async (contactId) => {
      const entries: LedgerEntry[] = []
      const pages = readPartition(dynamodb, tables.ledger, contactPk(contactId))
      for await (const item of pages) entries.push(parseEntry(item))
      return entries
    },
    all: (table) => scan(dynamodb, tables[table]),
    pendingSignUp,
    confirmLink: async (email) => {
      const signUpId = await pendingSignUp(email)
      return `/s/${await confirmToken.mint(keys, { signUpId })}`
    },
    unsubscribeLink: async (email, topic = 'newsletter') => {
      const { contactId } = await known(email)
      return `/u/${await unsubscribeToken.mint(keys, { contactId, topic, campaign: noCampaign })}`
    },
    manageLink: async (email, over) => {
      const { contactId, generation } = await known(email)
      const claims = { contactId, generation, issued: new Date(), nonce: nonce(), ...over }
      return manageToken.mint(keys, claims)
    },
    sessionOf: async (email, over) => {
      const { contactId, generation } = await known(email)
      const expires = new Date(Date.now() + 3_600_000)
      return sessionToken.mint(keys, { contactId, generation, expires, nonce: nonce(), ...over })
    },
  }
}

async function scan(db: DynamoDBClient, table: string): Promise<Stored[]> {
  const items: Stored[] = []
  let start: Parameters<typeof fromItem>[0] | undefined
  do {
    const page = await db.send(
      new ScanCommand({ TableName: table, ConsistentRead: true, ExclusiveStartKey: start }),
    )
    items.push(...(page.Items ?? []).map(fromItem))
    start = page.LastEvaluatedKey
  } while (start !== undefined)
  return items
}
