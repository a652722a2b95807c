import * as v from 'valibot'
import type { Act, Change, Choices } from '../../functions/consent/choices.ts'
import { decide } from '../../functions/consent/decide.ts'
import {
  contactPk,
  type Evidence,
  fold,
  type LedgerEntry,
  parseEntry,
} from '../../functions/consent/ledger.ts'
import { addressKeys, addressSchema } from '../../functions/contact/address.ts'
import { type FeedChange, readFeed } from '../../functions/contact/change-feed.ts'
import { type OpenContact, standingOf } from '../../functions/contact/contact.ts'
import { type ContactStore, readStanding } from '../../functions/contact/contacts.ts'
import { type Created, createContact } from '../../functions/contact/create.ts'
import {
  type Membership,
  membershipPk,
  parseMembership,
  shardOf,
} from '../../functions/contact/membership.ts'
import { type AddressRecord, readAddress } from '../../functions/contact/suppression.ts'
import { type Identity, openIdentity } from '../../functions/contact/vault.ts'
import { readPartition, readTogether } from '../../functions/platform/table.ts'
import { act, dawn } from './acts.ts'

const byPerson: Evidence = { actor: 'person', method: 'confirm-page' }
export const byProvider: Evidence = { actor: 'mailbox-provider', method: 'one-click' }

let people = 0
/** An identity that no other test of this run uses. */
export function nextIdentity(over: Partial<Omit<Identity, 'email'>> = {}): Identity {
  people += 1
  return { email: v.parse(addressSchema, `person-${people}@nordlys.example`), ...over }
}

export const entry = (of: Act, evidence: Evidence = byPerson): LedgerEntry => ({ ...of, evidence })

export async function addressOf(store: ContactStore, { email }: Identity): Promise<AddressRecord> {
  return readAddress(store.tables, addressKeys(email, await store.keys('address')))
}

export type Newcomer = {
  identity?: Identity
  changes?: readonly Change[]
  at?: Date
  kind?: Act['kind']
  lift?: boolean
}

/** A new contact in one call, with the address read just before; as a confirmed sign-up makes it. */
export async function create(store: ContactStore, newcomer: Newcomer = {}): Promise<Created> {
  const { identity = nextIdentity(), changes = [], at = dawn, kind = 'confirm', lift } = newcomer
  return createContact(store, {
    address: await addressOf(store, identity),
    language: 'nb',
    plan: () => ({
      at,
      entries: [entry(act(kind, at, ...changes))],
      identity,
      ...(lift === undefined ? {} : { liftSuppressions: lift }),
    }),
  })
}

/** The id of a new contact who said these things. */
export async function someone(store: ContactStore, ...changes: Change[]): Promise<string> {
  const created = await create(store, { changes })
  if (created.kind !== 'created') throw new Error('the contact could not be created')
  return created.contact.contactId
}

/** All that lies about one person in the three tables. */
export type Traces = {
  choices: Choices
  revision: number
  memberships: Record<string, Membership>
  entries: LedgerEntry[]
  feed: FeedChange[]
}

export async function tracesOf(store: ContactStore, contactId: string): Promise<Traces> {
  const { tables } = store
  const entries: LedgerEntry[] = []
  for await (const item of readPartition(tables.db, tables.ledger, contactPk(contactId))) {
    entries.push(parseEntry(item))
  }
  const standing = await readStanding(store, contactId)
  const feed: FeedChange[] = []
  for await (const change of readFeed(tables, dawn, new Date(dawn.getTime() + 59_999))) {
    if (change.contactId === contactId) feed.push(change)
  }
  return {
    choices: standing?.contact.choices ?? {},
    revision: standing?.contact.revision ?? 0,
    memberships: await membershipsOf(store, contactId),
    entries,
    feed,
  }
}

async function membershipsOf(
  { tables, policy }: ContactStore,
  contactId: string,
): Promise<Record<string, Membership>> {
  const topics = Object.keys(policy.topics)
  const items = await readTogether(
    tables.db,
    topics.map((topic) => ({
      table: tables.main,
      key: { pk: membershipPk(topic, shardOf(contactId)), sk: contactId },
    })),
  )
  return Object.fromEntries(
    items.flatMap((item, index): [string, Membership][] =>
      item === undefined ? [] : [[topics[index] ?? '', parseMembership(item)]],
    ),
  )
}

type Remembered = { state: string; at: string; ledgerId: string }
const remembered = (choices: Choices): Record<string, Remembered> =>
  Object.fromEntries(
    Object.entries(choices).map(([purpose, { state, at, ledgerId }]) => [
      purpose,
      { state, at, ledgerId },
    ]),
  )

/**
 * The invariants of design §12 that concern one living person, as sentences about what is broken:
 * 1. membership ⇔ the decision says yes (or would but for a pause), and it carries their address;
 * 2. the choices are the fold of the ledger.
 */
export async function brokenInvariants(
  store: ContactStore,
  contactId: string,
  now: Date,
): Promise<string[]> {
  const standing = await readStanding(store, contactId)
  if (standing === undefined) return ['there is no such contact']
  const { contact, address } = standing
  const { memberships, entries } = await tracesOf(store, contactId)
  const topics = Object.keys(store.policy.topics)
  return [
    ...topics.flatMap((topic) => {
      const decision = decide(store.policy, standingOf(contact, address), topic, now)
      const belongs = decision.may || decision.because === 'paused'
      const stands = memberships[topic] !== undefined
      return belongs === stands ? [] : [`${topic}: belongs ${belongs}, but membership ${stands}`]
    }),
    ...Object.entries(memberships).flatMap(([topic, membership]) =>
      differences(contact, topic, membership),
    ),
    ...disagreements(remembered(contact.choices), remembered(fold(entries))),
  ]
}

function differences(contact: OpenContact, topic: string, membership: Membership): string[] {
  const { email } = openIdentity(contact.key, 'membership', membership.sealed)
  const same = {
    choice: JSON.stringify(membership.choice) === JSON.stringify(contact.choices[topic]),
    address: email === contact.identity.email,
    language: membership.language === contact.language,
  }
  return Object.entries(same)
    .filter(([, is]) => !is)
    .map(([what]) => `${topic}: the membership holds another ${what}`)
}

function disagreements(
  stored: Record<string, Remembered>,
  folded: Record<string, Remembered>,
): string[] {
  return [...new Set([...Object.keys(stored), ...Object.keys(folded)])].flatMap((purpose) => {
    const is = JSON.stringify(stored[purpose])
    const should = JSON.stringify(folded[purpose])
    return is === should ? [] : [`${purpose}: stored ${is}, but the ledger says ${should}`]
  })
}
