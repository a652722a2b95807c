import { DeleteItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { directMarketing } from '../../../functions/consent/policy.ts'
import { change } from '../../../functions/contact/change.ts'
import { contactKeyOwner, type OpenContact } from '../../../functions/contact/contact.ts'
import { readStanding } from '../../../functions/contact/contacts.ts'
import type { Plan } from '../../../functions/contact/plan.ts'
import { openIdentity, sealIdentity } from '../../../functions/contact/vault.ts'
import { randomId } from '../../../functions/platform/id.ts'
import { readPartition, toItem } from '../../../functions/platform/table.ts'
import { policy } from '../../../policy.ts'
import { act, day, given, later, objected, withdrawn } from '../../support/acts.ts'
import { startContactStore } from '../../support/contact-store.ts'
import { interposeDynamoDb, meanwhile } from '../../support/interposed-dynamodb.ts'
import { brokenInvariants, entry, nextIdentity, someone, tracesOf } from '../../support/people.ts'

let store: Awaited<ReturnType<typeof startContactStore>>
beforeAll(async () => {
  store = await startContactStore()
})
afterAll(() => store.stop())

const now = later(10)
const turnOn = (at: number, ...topics: string[]): Plan => ({
  at: later(at),
  entries: [entry(act('turn-on', later(at), ...topics.map((topic) => given(topic))))],
})

async function expectSound(contactId: string, at = later(1000)): Promise<void> {
  expect(await brokenInvariants(store, contactId, at)).toEqual([])
}

async function feedOf(contactId: string): Promise<string[]> {
  const { feed } = await tracesOf(store, contactId)
  return feed.flatMap(({ purposes }) => purposes).sort()
}

describe('a change', () => {
  test('REC-01: state, membership and history are written together; turning on needs no feed', async () => {
    const contactId = await someone(store, given('newsletter'))
    expect(await change(store, contactId, () => turnOn(10, 'events'))).toMatchObject({
      kind: 'changed',
    })
    const { choices, memberships, entries, feed, revision } = await tracesOf(store, contactId)
    expect(choices.events?.state).toBe('given')
    expect(Object.keys(memberships).sort()).toEqual(['events', 'newsletter'])
    expect(entries.at(-1)?.kind).toBe('turn-on')
    expect(feed).toEqual([])
    expect(revision).toBe(2)
    await expectSound(contactId)
  })

  test('nothing planned, or nothing new, is nothing written', async () => {
    const contactId = await someone(store, given('newsletter'))
    const before = await tracesOf(store, contactId)
    const older: Plan = {
      at: now,
      entries: [entry(act('withdraw', later(-10), withdrawn('newsletter')))],
    }
    expect(await change(store, contactId, () => undefined)).toMatchObject({ kind: 'unchanged' })
    expect(await change(store, contactId, () => older)).toMatchObject({ kind: 'unchanged' })
    expect(await tracesOf(store, contactId)).toEqual(before)
  })

  test('UNSUB-09: a repeated no moves the rank and adds no history', async () => {
    const contactId = await someone(store, withdrawn('newsletter'))
    const again: Plan = { at: now, entries: [entry(act('withdraw', now, withdrawn('newsletter')))] }
    expect(await change(store, contactId, () => again)).toMatchObject({ kind: 'unchanged' })
    const { entries, choices } = await tracesOf(store, contactId)
    expect(entries).toHaveLength(1)
    expect(choices.newsletter?.rank).toContain(String(now.getTime()))
    await expectSound(contactId)
  })

  test('an unknown contact is told from an unchanged one', async () => {
    expect(await change(store, randomId(), () => turnOn(10, 'events'))).toEqual({
      kind: 'no-contact',
    })
  })

  test('RIGHT-14: a language alone can be changed, and memberships follow it', async () => {
    const contactId = await someone(store, given('newsletter'))
    const plan: Plan = { at: now, entries: [], language: 'en' }
    expect(await change(store, contactId, () => plan)).toMatchObject({ kind: 'changed' })
    expect((await tracesOf(store, contactId)).memberships.newsletter?.language).toBe('en')
    await expectSound(contactId)
  })

  test('RIGHT-09: another address reaches every membership, sealed anew', async () => {
    const contactId = await someone(store, given('newsletter'), given('events'))
    const identity = nextIdentity({ name: 'Kari Nordmann' })
    await change(store, contactId, () => ({ at: now, entries: [], identity }))
    const standing = await readStanding(store, contactId)
    const { memberships } = await tracesOf(store, contactId)
    expect(standing?.contact.identity).toEqual(identity)
    for (const { sealed } of Object.values(memberships)) {
      expect(standing && openIdentity(standing.contact.key, 'membership', sealed)).toEqual(identity)
    }
    await expectSound(contactId)
  })

  test('a membership holds the name and address that a mail needs, and nothing more', async () => {
    const contactId = await someone(store)
    const identity = nextIdentity({ name: 'Ola', phone: '+47 999', company: 'Fjell', title: 'CTO' })
    await change(store, contactId, () => ({ ...turnOn(10, 'newsletter'), identity }))
    const standing = await readStanding(store, contactId)
    const sealed = (await tracesOf(store, contactId)).memberships.newsletter?.sealed
    expect(standing && sealed && openIdentity(standing.contact.key, 'membership', sealed)).toEqual({
      email: identity.email,
      name: 'Ola',
    })
  })

  test('a pause keeps the membership, and the end of everything takes it', async () => {
    const contactId = await someone(store, given('newsletter'))
    const until = later(day).toISOString()
    const paused = { ...given('newsletter'), state: 'paused', until } as const
    await change(store, contactId, () => ({
      at: now,
      entries: [entry(act('pause', now, paused))],
    }))
    expect(Object.keys((await tracesOf(store, contactId)).memberships)).toEqual(['newsletter'])
    await expectSound(contactId)
    await change(store, contactId, () => ({
      at: later(20),
      entries: [entry(act('withdraw', later(20), withdrawn(directMarketing)))],
    }))
    expect((await tracesOf(store, contactId)).memberships).toEqual({})
    await expectSound(contactId)
    await expectSound(contactId, later(2 * day))
  })

  test('CONS-15: an import into a stopped contact makes no membership', async () => {
    const contactId = await someone(store, withdrawn(directMarketing))
    await change(store, contactId, () => ({
      at: later(50),
      entries: [entry(act('import', later(50), given('newsletter')))],
    }))
    expect((await tracesOf(store, contactId)).memberships).toEqual({})
    await expectSound(contactId)
  })

  test('CONS-11: a choice that does not carry the topic makes no membership', async () => {
    const contactId = await someone(store)
    await change(store, contactId, () => ({
      at: now,
      entries: [entry(act('import', now, given('newsletter', 'existing_customer')))],
    }))
    expect((await tracesOf(store, contactId)).memberships).toEqual({})
    await expectSound(contactId)
  })
})

describe('suppression', () => {
  test('SEND-04: it takes every membership, and leaves its trace in the ledger without the contact', async () => {
    const contactId = await someone(store, given('newsletter'), given('events'))
    await change(store, contactId, () => ({
      at: now,
      entries: [entry(act('complaint', now, objected('newsletter')))],
      suppress: { kind: 'complaint', at: now },
    }))
    const standing = await readStanding(store, contactId)
    expect(standing?.address.suppressions).toEqual({ complaint: now })
    expect((await tracesOf(store, contactId)).memberships).toEqual({})
    const traces: unknown[] = []
    for (let shard = 0; shard < 16; shard++) {
      for await (const item of readPartition(store.tables.db, store.tables.ledger, `S#${shard}`)) {
        if (item.addressKey === standing?.address.addressKey) traces.push(item)
      }
    }
    expect(traces).toHaveLength(1)
    expect(JSON.stringify(traces)).not.toContain(contactId)
    await expectSound(contactId)
  })

  test('EXP-04: the feed holds all that it ends, also what no choice tells', async () => {
    const contactId = await someone(store, given('newsletter'), given('profiling'))
    await change(store, contactId, () => ({
      at: now,
      entries: [],
      suppress: { kind: 'bounce', at: now },
    }))
    expect(await feedOf(contactId)).toEqual(['newsletter', 'profiling'])
    await expectSound(contactId)
  })

  test('CONS-16: the person’s own confirmation lifts it, but not a permanent bounce (SEND-04)', async () => {
    const contactId = await someone(store, given('newsletter'))
    for (const kind of ['objection', 'bounce'] as const) {
      await change(store, contactId, () => ({ at: now, entries: [], suppress: { kind, at: now } }))
    }
    await change(store, contactId, () => ({ ...turnOn(20, 'newsletter'), liftSuppressions: true }))
    const standing = await readStanding(store, contactId)
    expect(standing?.address.suppressions).toEqual({ bounce: now })
    expect((await tracesOf(store, contactId)).memberships).toEqual({})
    await expectSound(contactId)
  })

  test('CONS-16: a lifted suppression brings the membership back', async () => {
    const contactId = await someone(store, given('newsletter'))
    const suppress = { kind: 'objection', at: now } as const
    await change(store, contactId, () => ({ at: now, entries: [], suppress }))
    await change(store, contactId, () => ({ ...turnOn(20, 'newsletter'), liftSuppressions: true }))
    expect(Object.keys((await tracesOf(store, contactId)).memberships)).toEqual(['newsletter'])
    await expectSound(contactId)
  })
})

describe('what the feed must tell (design §10)', () => {
  test('EXP-04: a pause is a change to "may not"', async () => {
    const contactId = await someone(store, given('newsletter'))
    const until = later(day).toISOString()
    const paused = { ...given('newsletter'), state: 'paused', until } as const
    await change(store, contactId, () => ({
      at: now,
      entries: [entry(act('pause', now, paused))],
    }))
    expect(await feedOf(contactId)).toEqual(['newsletter'])
  })

  test('UNSUB-17: the mark that stops everything tells each thing it stops', async () => {
    const contactId = await someone(store, given('newsletter'), given('calls'))
    await change(store, contactId, () => ({
      at: now,
      entries: [entry(act('withdraw', now, withdrawn(directMarketing)))],
    }))
    expect(await feedOf(contactId)).toEqual(['calls', directMarketing, 'newsletter'])
  })

  test('RIGHT-11: an erasure tells every topic', async () => {
    const contactId = await someone(store, given('newsletter'), given('calls'))
    await change(store, contactId, () => ({ at: now, entries: [], erasing: true }))
    const topics = Object.keys(policy.topics)
    expect(await feedOf(contactId)).toEqual([...topics, 'calls'].sort())
    await expectSound(contactId)
  })

  test('CONS-11: a weaker basis that ends a topic is told', async () => {
    const contactId = await someone(store)
    for (const [at, basis] of [
      [10, 'consent'],
      [20, 'existing_customer'],
    ] as const) {
      await change(store, contactId, () => ({
        at: later(at),
        entries: [entry(act('import', later(at), given('newsletter', basis)))],
      }))
    }
    expect(await feedOf(contactId)).toEqual(['newsletter'])
    await expectSound(contactId)
  })
})

describe('a deleted key (design §4)', () => {
  const forget = (contactId: string) =>
    store.tables.db.send(
      new DeleteItemCommand({
        TableName: store.tables.keys,
        Key: toItem({ pk: contactKeyOwner(contactId) }),
      }),
    )

  test('RIGHT-11: without its key a contact cannot be opened or changed', async () => {
    const contactId = await someone(store, given('newsletter'))
    await forget(contactId)
    expect(await readStanding(store, contactId)).toBeUndefined()
    expect(await change(store, contactId, () => turnOn(10, 'events'))).toEqual({
      kind: 'no-contact',
    })
  })

  test.each<[string, (contact: OpenContact) => Plan]>([
    ['a membership', () => turnOn(10, 'events')],
    ['an identity', () => ({ at: now, entries: [], identity: nextIdentity() })],
    [
      'evidence',
      ({ key, identity }) => {
        const refusal = entry(act('refuse', now, { purpose: 'profiling', state: 'refused' }))
        return { at: now, entries: [{ ...refusal, sealed: sealIdentity(key, 'ledger', identity) }] }
      },
    ],
  ])('RIGHT-11: %s is not sealed under a key that went after it was read', async (_, plan) => {
    const contactId = await someone(store, withdrawn('newsletter'))
    const { tables } = store
    const { db, next, stop } = await interposeDynamoDb(store.endpoint)
    next(
      'TransactWriteItems',
      meanwhile(() => forget(contactId)),
    )
    const changed = await change({ ...store, tables: { ...tables, db } }, contactId, plan)
    await stop()
    expect(changed).toEqual({ kind: 'no-contact' })
    const entries: unknown[] = []
    for await (const item of readPartition(tables.db, tables.ledger, `C#${contactId}`)) {
      entries.push(item)
    }
    expect(entries).toHaveLength(1)
  })
})

describe('at the same time', () => {
  test('many changes of one contact all count, or say that they did not', async () => {
    const contactId = await someone(store)
    const topics = ['newsletter', 'events', 'webinars', 'product-news']
    const outcomes = await Promise.allSettled(
      topics.map((topic, index) => change(store, contactId, () => turnOn(10 + index, topic))),
    )
    const { choices } = await tracesOf(store, contactId)
    const stored = topics.filter((topic) => choices[topic]?.state === 'given')
    expect(stored).toHaveLength(outcomes.filter(({ status }) => status === 'fulfilled').length)
    expect(stored).toHaveLength(topics.length)
    await expectSound(contactId)
  })
})
