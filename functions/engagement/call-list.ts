import * as v from 'valibot'
import { decide, type Standing } from '../consent/decide.ts'
import { contactPk, type Evidence, type LedgerEntry, parseEntry } from '../consent/ledger.ts'
import type { Policy } from '../consent/policy.ts'
import {
  type Contact,
  contactItemKey,
  contactKeyOwner,
  openContact,
  parseContact,
  standingOf,
} from '../contact/contact.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { addressItemKey, parseAddressRecord } from '../contact/suppression.ts'
import { type Identity, keyItemSchema, unwrapDataKey } from '../contact/vault.ts'
import { readPartition, readTogether, type Tables, type Wanted } from '../platform/table.ts'
import { isCallHour } from './call-hours.ts'
import { candidatesAfter } from './candidates.ts'
import type { Engagement } from './engagement.ts'
import { type Profile, profileOf } from './profile.ts'
import { checkKey, identityMark, parseCheck, type RegisterCheck } from './register-check.ts'

/** Why somebody with the score is not called all the same. */
export type Hold = 'no-number' | 'unchecked' | 'reserved' | 'outside-hours'

/** Somebody who allows calls and profiling and has the score for a call (TRACK-14). */
export type Prospect = {
  contact: Contact
  identity: Identity
  /** Who has named a company is called there; a company cannot enter the register (CALL-02). */
  kind: 'business' | 'consumer'
  isCustomer: boolean
  hold: Hold | undefined
  check: RegisterCheck | undefined
  /** The act that allowed calls, and where it came from (CALL-01). */
  source: { act: LedgerEntry['kind']; at: Date; evidence: Evidence } | undefined
  profile: Profile
}

/** People looked at for one page: each takes two items of a batch read, which holds a hundred. */
const onePage = 50

/**
 * The call list, worked out as it is read (CALL-01): whoever may not be called, profiled or contacted at this
 * moment is not opened, let alone shown. Nothing else comes of a score (TRACK-14).
 */
export async function prospectsAfter(
  store: ContactStore,
  after: string | undefined,
  now: Date,
): Promise<{ prospects: Prospect[]; next: string | undefined }> {
  const { people, next } = await candidatesAfter(store.tables, { after, most: onePage }, now)
  const passing = await scored(store, people, now)
  const { main, keys } = store.tables
  const opened = await readEach(store.tables, passing, ({ contact: { contactId } }) => ({
    table: keys,
    key: { pk: contactKeyOwner(contactId) },
  }))
  const checks = await readEach(store.tables, passing, ({ contact: { contactId } }) => ({
    table: main,
    key: checkKey(contactId),
  }))
  const sources = await Promise.all(passing.map((each) => readSource(store.tables, each)))
  const ring = await store.keys('ring')
  const prospects = passing.flatMap(({ contact, standing, profile }, index): Prospect[] => {
    const keyItem = opened[index]
    if (keyItem === undefined) return []
    const { wrapped } = v.parse(keyItemSchema, keyItem)
    const key = unwrapDataKey(contactKeyOwner(contact.contactId), wrapped, ring)
    const { identity } = openContact(contact, key)
    const check = parseCheck(checks[index], now)
    const isCustomer = isCustomerOf(store.policy, standing, now)
    const kind = identity.company === undefined ? 'consumer' : 'business'
    const told = { contact, identity, kind, isCustomer, check } as const
    return [
      {
        ...told,
        hold: holdOf(store.policy, told, now),
        source: sources[index],
        profile,
      },
    ]
  })
  return { prospects, next }
}

type Scored = { contact: Contact; standing: Standing; ledgerId: string; profile: Profile }

async function scored(
  { tables, policy }: ContactStore,
  people: ReadonlyMap<string, readonly Engagement[]>,
  now: Date,
): Promise<Scored[]> {
  const { main } = tables
  const items = await readEach(tables, [...people.keys()], (contactId) => ({
    table: main,
    key: contactItemKey(contactId),
  }))
  const contacts = items.flatMap((item) => (item === undefined ? [] : [parseContact(item)]))
  const addresses = await readEach(tables, contacts, ({ addressKey }) => ({
    table: main,
    key: addressItemKey(addressKey),
  }))
  return contacts.flatMap((contact, index): Scored[] => {
    const address = parseAddressRecord(contact.addressKey, addresses[index])
    const standing = standingOf(contact, address)
    const calls = decide(policy, standing, 'calls', now)
    const followed = people.get(contact.contactId) ?? []
    const profile = profileOf(policy, { standing, followed }, now)
    if (!calls.may || profile === undefined || profile.score < policy.profile.callFrom) return []
    return [{ contact, standing, ledgerId: calls.because.ledgerId, profile }]
  })
}

/** By position; nothing is asked for nobody. */
async function readEach<Each>(
  { db }: Tables,
  all: readonly Each[],
  wanted: (each: Each) => Wanted,
): Promise<(Record<string, unknown> | undefined)[]> {
  return all.length === 0 ? [] : readTogether(db, all.map(wanted))
}

/** What rests on their being a customer is allowed now, so a customer they are. */
const isCustomerOf = (policy: Policy, standing: Standing, now: Date): boolean =>
  Object.keys(policy.topics).some((topic) => {
    const decision = decide(policy, standing, topic, now)
    return decision.may && decision.because.basis === 'existing_customer'
  })

function holdOf(
  policy: Policy,
  {
    contact,
    identity,
    kind,
    isCustomer,
    check,
  }: Pick<Prospect, 'contact' | 'identity' | 'kind' | 'isCustomer' | 'check'>,
  now: Date,
): Hold | undefined {
  if (identity.phone === undefined) return 'no-number'
  if (kind === 'business') return undefined
  if (policy.calls.registerWash && !isCustomer) {
    if (check === undefined || check.of !== identityMark(contact)) return 'unchecked'
    if (check.reserved) return 'reserved'
  }
  return isCallHour(policy, now) ? undefined : 'outside-hours'
}

async function readSource(
  { db, ledger }: Tables,
  { contact: { contactId }, ledgerId }: Scored,
): Promise<Prospect['source']> {
  for await (const item of readPartition(db, ledger, contactPk(contactId), ledgerId)) {
    const { kind, at, evidence } = parseEntry(item)
    return { act: kind, at, evidence }
  }
  return undefined
}
