import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contactPk } from '../../../functions/consent/ledger.ts'
import type { ContactStore } from '../../../functions/contact/contacts.ts'
import { fromItem } from '../../../functions/platform/table.ts'
import { seedDemoData } from '../../../infra/local/demo-data.ts'
import { demoPeople } from '../../../infra/local/demo-people.ts'
import { policy } from '../../../policy.ts'
import { startContactStore } from '../../support/contact-store.ts'
import { brokenInvariants } from '../../support/people.ts'

const offered = [...Object.keys(policy.topics), ...Object.keys(policy.purposes)]
const now = new Date('2026-11-23T12:00:00Z')
const count = 60

let store: Awaited<ReturnType<typeof startContactStore>>
beforeAll(async () => {
  store = await startContactStore()
  await seedDemoData(store, count, now)
})
afterAll(() => store.stop())

describe('demo data', () => {
  it('is the same people every time, none of them twice', () => {
    const people = demoPeople(2000, offered)

    expect(people).toEqual(demoPeople(2000, offered))
    expect(new Set(people.map(({ email }) => email)).size).toBe(2000)
  })

  it('is nobody’s: every address is in a domain kept for examples', () => {
    for (const { email } of demoPeople(2000, offered)) {
      expect(email).toMatch(/^[a-z.]+\d*@(example\.(org|com|net)|[a-z]+\.example)$/)
    }
  })

  it('gives each contact one ledger entry with its evidence (CONS-14)', async () => {
    const entries = await itemsOf(store, store.tables.ledger)

    expect(entries).toHaveLength(count)
    expect(new Set(entries.map(({ pk }) => pk)).size).toBe(count)
    for (const { kind, evidence } of entries) {
      expect(kind).toBe('import')
      expect(evidence).toMatchObject({ actor: 'import', source: 'demo data' })
    }
  })

  it('keeps every invariant that holds for real people', async () => {
    const contacts = await contactIds(store)
    expect(contacts).toHaveLength(count)
    for (const id of contacts) expect(await brokenInvariants(store, id, now)).toEqual([])
  })

  it('is not written again over data that was kept', async () => {
    const before = await contactIds(store)
    await seedDemoData(store, count, now)

    expect(await contactIds(store)).toEqual(before)
  })
})

async function contactIds(store: ContactStore): Promise<string[]> {
  const items = await itemsOf(store, store.tables.main)
  return items
    .filter(({ sk }) => sk === 'C')
    .map(({ pk }) => String(pk).slice(contactPk('').length))
    .sort()
}

async function itemsOf({ tables }: ContactStore, TableName: string) {
  const { Items = [] } = await tables.db.send(new ScanCommand({ TableName, ConsistentRead: true }))
  return Items.map(fromItem)
}
