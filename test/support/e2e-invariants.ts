import { expect } from 'vitest'
import { decide } from '../../functions/consent/decide.ts'
import { contactPk, fold, parseEntry } from '../../functions/consent/ledger.ts'
import {
  type Contact,
  openContact,
  parseContact,
  standingOf,
} from '../../functions/contact/contact.ts'
import { membershipPk, parseMembership, shardOf } from '../../functions/contact/membership.ts'
import { type AddressRecord, parseAddressRecord } from '../../functions/contact/suppression.ts'
import { openIdentity, unwrapDataKey } from '../../functions/contact/vault.ts'
import type { Key } from '../../functions/platform/keyring.ts'
import type { Books } from './e2e-books.ts'

type Stored = Record<string, unknown>
type Held = {
  main: Stored[]
  ledger: Stored[]
  keys: Stored[]
  ring: readonly Key[]
  policy: Books['store']['policy']
  addresses: Map<string, AddressRecord>
  contacts: Contact[]
}

const textOf = (item: Stored, name: string): string => String(item[name] ?? '')
const startsWith = (prefix: string) => (item: Stored) => textOf(item, 'pk').startsWith(prefix)

/**
 * What must hold over all tables whatever happened (design §12).
 * @param names everything that names a person: nothing of it may lie outside a seal.
 */
export async function expectInvariants(books: Books, names: readonly string[]): Promise<void> {
  const held = await read(books)
  for (const contact of held.contacts) {
    expectHistory(held, contact)
    expectMemberships(held, contact)
  }
  expectNoStrayMembership(held)
  expectKeys(held)
  expectAddresses(held)
  expectSealed(held, names)
}

async function read({ all, store }: Books): Promise<Held> {
  const [main, ledger, keys] = await Promise.all([all('main'), all('ledger'), all('keys')])
  const addresses = new Map(
    main
      .filter(startsWith('A#'))
      .filter(({ sk }) => sk === 'A')
      .map((item) => [textOf(item, 'pk'), parseAddressRecord(textOf(item, 'pk'), item)]),
  )
  const contacts = main.filter(startsWith('C#')).filter(({ sk }) => sk === 'C')
  const ring = await store.keys('ring')
  const { policy } = store
  return { main, ledger, keys, ring, policy, addresses, contacts: contacts.map(parseContact) }
}

/** 2: the state is the fold of the history. */
function expectHistory({ ledger }: Held, { contactId, choices }: Contact): void {
  const owner = contactPk(contactId)
  const history = ledger.filter(({ pk }) => pk === owner).map(parseEntry)
  const told = (all: Contact['choices']) =>
    Object.fromEntries(
      Object.entries(all).map(([id, { state, ledgerId }]) => [id, { state, ledgerId }]),
    )
  expect(told(choices), `invariant 2: ${owner} is what its history says`).toEqual(
    told(fold(history)),
  )
}

/** 1: the index holds who may be mailed, under the address that the contact has. */
function expectMemberships({ main, keys, ring, policy, addresses }: Held, contact: Contact): void {
  const { contactId, addressKey } = contact
  const owner = contactPk(contactId)
  const wrapped = keys.find(({ pk }) => pk === owner)?.wrapped as Uint8Array
  const { key, identity } = openContact(contact, unwrapDataKey(owner, wrapped, ring))
  const standing = standingOf(contact, addresses.get(addressKey)!)
  for (const topic of Object.keys(policy.topics)) {
    const decision = decide(policy, standing, topic, new Date())
    const place = membershipPk(topic, shardOf(contactId))
    const membership = main.find(({ pk, sk }) => pk === place && sk === contactId)
    expect(membership !== undefined, `invariant 1: ${owner} and ${topic}`).toBe(
      decision.may || decision.because === 'paused',
    )
    if (membership === undefined) continue
    const { sealed } = parseMembership(membership)
    expect(openIdentity(key, 'membership', sealed).email).toBe(identity.email)
  }
}

function expectNoStrayMembership({ main, contacts }: Held): void {
  const known = new Set(contacts.map(({ contactId }) => contactId))
  const stray = main.filter(startsWith('T#')).filter((item) => !known.has(textOf(item, 'sk')))
  expect(stray, 'invariant 1: no membership without its contact').toEqual([])
}

/** 4: a key lives exactly as long as what it seals. */
function expectKeys({ main, keys }: Held): void {
  const sealedOwners = main
    .filter(({ sealed, pk }) => sealed !== undefined && /^[CSL]#/.test(String(pk)))
    .map(({ pk }) => String(pk))
  const owners = keys.map(({ pk }) => String(pk)).sort()
  expect(owners, 'invariant 4: the keys are those of what is sealed').toEqual(
    [...new Set(sealedOwners)].sort(),
  )
}

/** 5: an address leads to one contact and back; 6: who is suppressed stands in the ledger too. */
function expectAddresses({ addresses, contacts, ledger }: Held): void {
  const listed = new Set(
    ledger
      .filter(startsWith('S#'))
      .map((item) => `${textOf(item, 'addressKey')}|${textOf(item, 'kind')}`),
  )
  for (const [key, { suppressions, contactId }] of addresses) {
    const found = contacts.filter(({ addressKey }) => addressKey === key)
    expect(
      found.map((contact) => contact.contactId),
      'invariant 5: one contact per address',
    ).toEqual(contactId === undefined ? [] : [contactId])
    for (const kind of Object.keys(suppressions).filter((each) => each !== 'bounce')) {
      expect(listed, 'invariant 6: a suppression is in the ledger').toContain(`${key}|${kind}`)
    }
  }
}

/** 10: nothing that names a person lies outside a seal. */
function expectSealed({ main, ledger, keys }: Held, names: readonly string[]): void {
  const inClear = JSON.stringify([main, ledger, keys], (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  ).toLowerCase()
  for (const name of names) {
    expect(inClear.includes(name.toLowerCase()), `invariant 10: ${name} lies sealed`).toBe(false)
  }
}
