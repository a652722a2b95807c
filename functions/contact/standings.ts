import * as v from 'valibot'
import type { Standing } from '../consent/decide.ts'
import { readTogether, type Tables } from '../platform/table.ts'
import { contactItemKey, parseContact, standingOf } from './contact.ts'
import { addressItemKey, parseAddressRecord } from './suppression.ts'

/** The standing of one of the people that were read; undefined when they are gone. */
export type StandingFor = (contactId: string) => Standing | undefined

/** As many as one call reads. */
const atOnce = 100

/**
 * How many people stand, two calls for each hundred. An item is taken apart only when it is asked for,
 * so that one that cannot be read is a fault of its own and of no other.
 */
export async function readStandings(
  tables: Pick<Tables, 'db' | 'main'>,
  contactIds: readonly string[],
): Promise<StandingFor> {
  const ids = [...new Set(contactIds)]
  const people = new Map<string, Stored>()
  for (let from = 0; from < ids.length; from += atOnce) {
    await readInto(tables, people, ids.slice(from, from + atOnce))
  }
  return (contactId) => {
    const stored = people.get(contactId)
    if (stored === undefined) return undefined
    const contact = parseContact(stored.contact)
    return standingOf(contact, parseAddressRecord(contact.addressKey, stored.address))
  }
}

type Item = Record<string, unknown>
type Stored = { contact: Item; address: Item | undefined }

async function readInto(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  people: Map<string, Stored>,
  contactIds: readonly string[],
): Promise<void> {
  const contacts = await readTogether(
    db,
    contactIds.map((id) => ({ table: main, key: contactItemKey(id) })),
  )
  const found = contactIds.flatMap((id, index) => {
    const contact = contacts[index]
    if (contact === undefined) return []
    const filed = v.safeParse(filedSchema, contact)
    return [{ id, contact, addressKey: filed.success ? filed.output.addressKey : '' }]
  })
  const keys = [...new Set(found.flatMap(({ addressKey }) => addressKey || []))]
  const records = await readTogether(
    db,
    keys.map((key) => ({ table: main, key: addressItemKey(key) })),
  )
  for (const { id, contact, addressKey } of found) {
    people.set(id, { contact, address: records[keys.indexOf(addressKey)] })
  }
}

const filedSchema = v.object({ addressKey: v.pipe(v.string(), v.nonEmpty()) })
