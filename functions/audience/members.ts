import * as v from 'valibot'
import type { Choice } from '../consent/choices.ts'
import { decide, type Recipient } from '../consent/decide.ts'
import { contactItemKey, contactKeyOwner, parseContact, standingOf } from '../contact/contact.ts'
import type { ContactStore } from '../contact/contacts.ts'
import {
  type Membership,
  membershipPk,
  membershipStanding,
  parseMembership,
} from '../contact/membership.ts'
import { addressItemKey, parseAddressRecord } from '../contact/suppression.ts'
import { type Identity, keyItemSchema, openIdentity, unwrapDataKey } from '../contact/vault.ts'
import { readPartition, readTogether } from '../platform/table.ts'
import type { Criteria } from './criteria.ts'
import { inGroups, readAhead } from './read-ahead.ts'

/** One person of an audience, and the two choices that allow it; only `decide` gives the permit. */
export type Member = {
  permit: Recipient
  identity: Identity
  language: string
  forTopic: Choice
  forPurpose: Choice
}

export type MemberStore = ContactStore & { clock: () => Date }

/** DynamoDB reads at most 100 items together. */
const together = 100
/** Batch reads on their way at the same time: opening the seals waits mostly for these. */
const depth = 4

/**
 * Everybody in one shard of the topic who may be addressed for topic and purpose now, in groups. All
 * is read strongly, a page at a time, so memory does not grow with the audience (EXP-01).
 */
export function readMembers(
  store: MemberStore,
  criteria: Pick<Criteria, 'topic' | 'purpose'>,
  shard: string,
): AsyncGenerator<Member[]> {
  const memberships = membershipsOf(store, criteria.topic, shard)
  return criteria.purpose === criteria.topic
    ? readAhead(inGroups(memberships, together), depth, (group) =>
        openMemberships(store, criteria.topic, group),
      )
    : readAhead(inGroups(memberships, together / 2), depth, (group) =>
        openContacts(store, criteria, group),
      )
}

async function* membershipsOf(
  { tables }: MemberStore,
  topic: string,
  shard: string,
): AsyncGenerator<Membership> {
  for await (const item of readPartition(tables.db, tables.main, membershipPk(topic, shard))) {
    yield parseMembership(item)
  }
}

/** The topic is the purpose: the membership holds all that the columns need. */
async function openMemberships(
  { tables, policy, keys, clock }: MemberStore,
  topic: string,
  memberships: readonly Membership[],
): Promise<Member[]> {
  const owners = memberships.map(({ contactId }) => contactKeyOwner(contactId))
  const keyItems = await readTogether(
    tables.db,
    owners.map((owner) => ({ table: tables.keys, key: { pk: owner } })),
  )
  const ring = await keys('ring')
  return memberships.flatMap((membership, index) => {
    const owner = owners[index]
    const keyItem = keyItems[index]
    // Without a key the person has just been erased.
    if (owner === undefined || keyItem === undefined) return []
    const decision = decide(policy, membershipStanding(membership, topic), topic, clock())
    if (!decision.may) return []
    const { wrapped } = v.parse(keyItemSchema, keyItem)
    const key = unwrapDataKey(owner, wrapped, ring)
    return {
      permit: decision.recipient,
      identity: openIdentity(key, 'membership', membership.sealed),
      language: membership.language,
      forTopic: decision.because,
      forPurpose: decision.because,
    }
  })
}

/** Another purpose: it stands in the contact, and what suppresses it at the address. */
async function openContacts(
  { tables, policy, keys, clock }: MemberStore,
  { topic, purpose }: Pick<Criteria, 'topic' | 'purpose'>,
  memberships: readonly Membership[],
): Promise<Member[]> {
  const items = await readTogether(
    tables.db,
    memberships.flatMap(({ contactId }) => [
      { table: tables.main, key: contactItemKey(contactId) },
      { table: tables.keys, key: { pk: contactKeyOwner(contactId) } },
    ]),
  )
  const found = memberships.flatMap((_, index) => {
    const [item, keyItem] = items.slice(2 * index, 2 * index + 2)
    return item === undefined || keyItem === undefined
      ? []
      : { contact: parseContact(item), wrapped: v.parse(keyItemSchema, keyItem).wrapped }
  })
  const addressItems = await readTogether(
    tables.db,
    found.map(({ contact }) => ({ table: tables.main, key: addressItemKey(contact.addressKey) })),
  )
  const ring = await keys('ring')
  return found.flatMap(({ contact, wrapped }, index) => {
    const address = parseAddressRecord(contact.addressKey, addressItems[index])
    const standing = standingOf(contact, address)
    const forTopic = decide(policy, standing, topic, clock())
    const forPurpose = decide(policy, standing, purpose, clock())
    if (!forTopic.may || !forPurpose.may) return []
    const key = unwrapDataKey(contactKeyOwner(contact.contactId), wrapped, ring)
    return {
      permit: forPurpose.recipient,
      identity: openIdentity(key, 'contact', contact.sealed),
      language: contact.language,
      forTopic: forTopic.because,
      forPurpose: forPurpose.because,
    }
  })
}
