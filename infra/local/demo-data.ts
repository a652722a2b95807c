import * as v from 'valibot'
import type { LedgerEntry } from '../../functions/consent/ledger.ts'
import type { Policy } from '../../functions/consent/policy.ts'
import { addressKeys, addressSchema } from '../../functions/contact/address.ts'
import type { ContactStore } from '../../functions/contact/contacts.ts'
import { createContact } from '../../functions/contact/create.ts'
import { type AddressRecord, readAddress } from '../../functions/contact/suppression.ts'
import { orderedId } from '../../functions/platform/id.ts'
import { type DemoPerson, demoPeople } from './demo-people.ts'

/** Writes under way at once: enough to keep the database busy while the next ones are prepared. */
const atOnce = 8

/**
 * Fills the tables with people to look at, each imported with one ledger entry, through the same
 * transaction as everybody. Data that is kept from an earlier start is left as it is: who has
 * changed or erased something since must not find it back.
 */
export async function seedDemoData(store: ContactStore, count: number, now: Date): Promise<void> {
  const { topics, purposes } = store.policy
  const people = demoPeople(count, [...Object.keys(topics), ...Object.keys(purposes)])
  const last = people.at(-1)
  if (!last || isKnown(await addressOf(store, last))) return
  const waiting = people.values()
  const work = async () => {
    for (const person of waiting) await importPerson(store, person, now)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}

function isKnown({ contactId, suppressions }: AddressRecord): boolean {
  return contactId !== undefined || Object.keys(suppressions).length > 0
}

async function addressOf(store: ContactStore, { email }: DemoPerson): Promise<AddressRecord> {
  const address = v.parse(addressSchema, email)
  return readAddress(store.tables, addressKeys(address, await store.keys('address')))
}

async function importPerson(store: ContactStore, person: DemoPerson, now: Date): Promise<void> {
  const { name, company, title, language } = person
  const email = v.parse(addressSchema, person.email)
  const [addressKey] = addressKeys(email, await store.keys('address'))
  if (addressKey === undefined) throw new Error('There is no key to hash addresses with')
  const at = new Date(now.getTime() - person.daysAgo * 86_400_000)
  await createContact(store, {
    address: { addressKey, suppressions: {} },
    language,
    plan: () => ({
      at,
      entries: [importEntry(store.policy, person, at)],
      identity: {
        email,
        name,
        ...(company !== undefined && { company }),
        ...(title !== undefined && { title }),
      },
    }),
  })
}

function importEntry(policy: Policy, { wants, language }: DemoPerson, at: Date): LedgerEntry {
  return {
    kind: 'import',
    at,
    ledgerId: orderedId(at),
    noticeVersion: policy.notice.version,
    changes: wants.map((purpose) => ({
      purpose,
      state: 'given',
      basis: policy.topics[purpose]?.basis ?? 'consent',
    })),
    evidence: {
      actor: 'import',
      method: 'import',
      language,
      source: 'demo data',
      evidenceRef: 'demo',
    },
  }
}
