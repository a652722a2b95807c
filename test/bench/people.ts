import { createHash } from 'node:crypto'
import { BatchWriteItemCommand, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import type { LedgerEntry } from '../../functions/consent/ledger.ts'
import { type Address, addressKeys } from '../../functions/contact/address.ts'
import type { OpenContact } from '../../functions/contact/contact.ts'
import { createContact } from '../../functions/contact/create.ts'
import type { DataKey, Identity } from '../../functions/contact/vault.ts'
import { sealIdentity } from '../../functions/contact/vault.ts'
import { orderedId } from '../../functions/platform/id.ts'
import type { Item } from '../../functions/platform/table.ts'
import { policy } from '../../policy.ts'
import { inParallel } from '../support/in-parallel.ts'
import type { BenchCloud } from './bench-cloud.ts'

const given = ['Ingrid', 'Jonas', 'Aslaug', 'Per Kristian', 'Mohammed', 'Sofie', 'Bjørnar', 'Eva']
const family = ['Hansen', 'Øvrebø', 'Nordmann-Berg', 'Li', 'Kjærstad', 'Ahmed', 'Solheim']
const companies = ['Fjell og Vidde AS', 'Kystlinjen Logistikk AS', 'Bakeriet', 'Nidaros Data AS']

/** The same invented person for the same number, in every run. */
export function personOf(index: number): Identity & { email: Address } {
  const first = given[index % given.length] ?? ''
  const last = family[index % family.length] ?? ''
  return {
    email: `${ascii(first)}.${ascii(last)}.${index}@example.org` as Address,
    name: `${first} ${last}`,
    company: companies[index % companies.length] ?? '',
  }
}

const ascii = (name: string) => name.toLowerCase().replace(/[^a-z]/g, '')

/** The same id for the same number, in the form of a random one. */
export function idOf(index: number): string {
  const hex = createHash('sha256').update(`contact ${index}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`]
    .concat(hex.slice(20, 32))
    .join('-')
}

const topics = ['newsletter', 'events', 'product-news']
const purposes = ['open-tracking', 'click-tracking']

/** People who signed up for a few things and confirmed, written as the product writes them. */
export function createPeople(
  cloud: Pick<BenchCloud, 'tables' | 'keys'>,
  { from = 0, count }: { from?: number; count: number },
): Promise<OpenContact[]> {
  const numbers = Array.from({ length: count }, (_, index) => from + index)
  return inParallel(numbers, 8, (number) => createPerson(cloud, personOf(number)))
}

async function createPerson(
  { tables, keys }: Pick<BenchCloud, 'tables' | 'keys'>,
  identity: Identity & { email: Address },
): Promise<OpenContact> {
  const [addressKey = ''] = addressKeys(identity.email, await keys('address'))
  const created = await createContact(
    { tables, keys, policy },
    {
      address: { addressKey, suppressions: {} },
      language: 'nb',
      plan: (_, key) => ({
        at: new Date(),
        entries: [confirmation(key, identity)],
        identity,
        liftSuppressions: true,
      }),
    },
  )
  if (created.kind === 'refused') throw new Error('A new person was refused')
  return created.contact
}

function confirmation(key: DataKey, identity: Identity): LedgerEntry {
  const at = new Date()
  return {
    kind: 'confirm',
    at,
    ledgerId: orderedId(at),
    noticeVersion: policy.notice.version,
    changes: [...topics, ...purposes].map((purpose) => ({
      purpose,
      state: 'given',
      basis: 'consent',
    })),
    evidence: { actor: 'person', method: 'confirm-page', language: 'nb', form: 'footer' },
    sealed: sealIdentity(key, 'ledger', identity),
  }
}

/** Puts items in as fast as the database takes them, past everything the product does. */
export async function putItems(
  db: DynamoDBClient,
  table: string,
  items: readonly Item[],
): Promise<void> {
  const batches = Array.from({ length: Math.ceil(items.length / 25) }, (_, index) =>
    items.slice(25 * index, 25 * index + 25),
  )
  await inParallel(batches, 4, async (batch) => {
    const { UnprocessedItems } = await db.send(
      new BatchWriteItemCommand({
        RequestItems: { [table]: batch.map((Item) => ({ PutRequest: { Item } })) },
      }),
    )
    if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error('Items were left over')
  })
}

/** Gives the second database the same rows. */
export async function copyTables({ deployment, clients, floorDb }: BenchCloud): Promise<void> {
  for (const { name } of deployment.tables) {
    const pages = paginateScan({ client: clients.dynamodb }, { TableName: name })
    for await (const { Items = [] } of pages) await putItems(floorDb, name, Items)
  }
}
