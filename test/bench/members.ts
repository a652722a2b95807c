import { contactKeyOwner, type OpenContact } from '../../functions/contact/contact.ts'
import { membershipPut } from '../../functions/contact/membership.ts'
import { newDataKey } from '../../functions/contact/vault.ts'
import type { Key } from '../../functions/platform/keyring.ts'
import { type Item, toItem } from '../../functions/platform/table.ts'
import type { BenchCloud } from './bench-cloud.ts'
import { idOf, personOf, putItems } from './people.ts'

/** A topic that nobody else here is a member of. */
const exportTopic = 'webinars'

/** So many at a time are held in memory. */
const chunk = 2_000

/** Members of one topic, from one number up to another: what an export reads of each, and nothing else. */
export async function createMembers(
  { tables, keys }: BenchCloud,
  { from, count }: { from: number; count: number },
): Promise<void> {
  const ring = await keys('ring')
  const at = new Date().toISOString()
  for (let first = from; first < count; first += chunk) {
    const numbers = Array.from({ length: Math.min(chunk, count - first) }, (_, i) => first + i)
    const items = numbers.map((number) => itemsOf(tables, { number, ring, at }))
    await Promise.all([
      putItems(
        tables.db,
        tables.main,
        items.map(({ membership }) => membership),
      ),
      putItems(
        tables.db,
        tables.keys,
        items.map(({ key }) => key),
      ),
    ])
  }
}

function itemsOf(
  tables: BenchCloud['tables'],
  { number, ring, at }: { number: number; ring: readonly Key[]; at: string },
): { membership: Item; key: Item } {
  const contactId = idOf(number)
  const owner = contactKeyOwner(contactId)
  const { key, wrapped } = newDataKey(owner, ring)
  const identity = personOf(number)
  const contact: OpenContact = {
    contactId,
    key,
    identity,
    // A membership has a seal of its own; there is no contact item beside it.
    sealed: new Uint8Array(),
    addressKey: '',
    language: number % 5 === 0 ? 'en' : 'nb',
    choices: {},
    restricted: false,
    generation: 0,
    revision: 1,
  }
  const choice = {
    state: 'given',
    rank: `1${String(Date.parse(at)).padStart(14, '0')}0${'0'.repeat(14)}`,
    basis: 'consent',
    at,
    noticeVersion: 1,
    ledgerId: idOf(-1 - number),
  } as const
  const membership = membershipPut(tables, contact, exportTopic, choice).Put?.Item
  if (membership === undefined) throw new Error('A membership is no longer one Put')
  return { membership, key: toItem({ pk: owner, wrapped }) }
}
