import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Act } from '../../../functions/consent/choices.ts'
import { directMarketing, purposeIds } from '../../../functions/consent/policy.ts'
import { change } from '../../../functions/contact/change.ts'
import type { ContactStore } from '../../../functions/contact/contacts.ts'
import { type TurnedDown, turnDown } from '../../../functions/contact/turn-down.ts'
import { randomId } from '../../../functions/platform/id.ts'
import { policy } from '../../../policy.ts'
import { act, given, later, objected, withdrawn } from '../../support/acts.ts'
import { startContactStore } from '../../support/contact-store.ts'
import { brokenInvariants, byProvider, entry, someone, tracesOf } from '../../support/people.ts'

let store: ContactStore & { stop: () => Promise<void> }
beforeAll(async () => {
  store = await startContactStore()
})
afterAll(() => store.stop())

const oneClick = (contactId: string, asked: Act): Promise<TurnedDown> =>
  turnDown(store, contactId, { act: asked, evidence: byProvider, now: asked.at })

const stop = (at: number, topic = 'newsletter'): Act =>
  act('one-click', later(at), withdrawn(topic))
const stopEverything = (at: number): Act =>
  act('withdraw', later(at), ...[...purposeIds(policy), directMarketing].map(withdrawn))
const confirmed = (contactId: string, at: number, ...topics: string[]) =>
  change(store, contactId, () => ({
    at: later(at),
    entries: [entry(act('confirm', later(at), ...topics.map((topic) => given(topic))))],
  }))

async function expectSound(contactId: string): Promise<void> {
  expect(await brokenInvariants(store, contactId, later(1000))).toEqual([])
}

describe('turning off', () => {
  test('UNSUB-04: state, membership, history and feed change together', async () => {
    const contactId = await someone(store, given('newsletter'), given('events'))
    const asked = stop(10)
    expect(await oneClick(contactId, asked)).toEqual({
      kind: 'turned-down',
      purposes: ['newsletter'],
    })
    const { choices, memberships, entries, feed } = await tracesOf(store, contactId)
    expect(choices.newsletter).toMatchObject({ state: 'withdrawn', ledgerId: asked.ledgerId })
    expect(choices.events?.state).toBe('given')
    expect(Object.keys(memberships)).toEqual(['events'])
    expect(entries.at(-1)).toEqual({ ...asked, evidence: byProvider })
    const { ledgerId } = asked
    const at = later(10).toISOString()
    expect(feed).toEqual([{ contactId, purposes: ['newsletter'], ledgerId, at }])
    await expectSound(contactId)
  })

  test('EXP-04: an act that arrives late is filed when it arrives, not when it was made', async () => {
    const contactId = await someone(store, given('newsletter'))
    const now = later(30)
    await turnDown(store, contactId, { act: stop(10), evidence: byProvider, now })
    const { choices, feed } = await tracesOf(store, contactId)
    expect(choices.newsletter?.at).toBe(later(10).toISOString())
    expect(feed).toMatchObject([{ contactId, at: now.toISOString() }])
  })

  test('UNSUB-09: the same post again, or a second press later, writes no second entry', async () => {
    const contactId = await someone(store, given('newsletter'))
    const asked = stop(10)
    await oneClick(contactId, asked)
    expect(await oneClick(contactId, asked)).toEqual({ kind: 'unchanged' })
    expect(await oneClick(contactId, stop(20))).toEqual({ kind: 'unchanged' })
    const { entries, feed } = await tracesOf(store, contactId)
    expect(entries).toHaveLength(2)
    expect(feed).toHaveLength(1)
    await expectSound(contactId)
  })

  test('UNSUB-09: an erased or unknown person is a success that writes nothing', async () => {
    const nobody = randomId()
    expect(await oneClick(nobody, stop(10))).toEqual({ kind: 'no-contact' })
    expect(await oneClick(nobody, stopEverything(11))).toEqual({ kind: 'no-contact' })
    expect(await tracesOf(store, nobody)).toEqual({
      choices: {},
      revision: 0,
      memberships: {},
      entries: [],
      feed: [],
    })
  })

  test('CONS-07: a person who never said yes can say no, and it is kept', async () => {
    const contactId = await someone(store, given('events'))
    expect(await oneClick(contactId, stop(10))).toMatchObject({ kind: 'turned-down' })
    expect((await tracesOf(store, contactId)).choices.newsletter?.state).toBe('withdrawn')
    await expectSound(contactId)
  })

  test('UNSUB-12: a topic that the policy no longer declares can still be turned off', async () => {
    const contactId = await someone(store, given('newsletter'))
    expect(await oneClick(contactId, stop(10, 'retired-topic'))).toMatchObject({
      kind: 'turned-down',
    })
    await expectSound(contactId)
  })

  test('CONS-17: a stronger no replaces a weaker one', async () => {
    const contactId = await someone(store, given('newsletter'))
    await oneClick(contactId, stop(10))
    await oneClick(contactId, act('object', later(20), objected('newsletter')))
    expect((await tracesOf(store, contactId)).choices.newsletter?.state).toBe('objected')
    await expectSound(contactId)
  })

  test('CONS-17: a no that was said before the yes, and comes after it, changes nothing', async () => {
    const contactId = await someone(store, given('newsletter'))
    await confirmed(contactId, 30, 'newsletter')
    expect(await oneClick(contactId, stop(20))).toEqual({ kind: 'unchanged' })
    expect((await tracesOf(store, contactId)).choices.newsletter?.state).toBe('given')
    await expectSound(contactId)
  })

  test('CONS-17: between two noes a late yes does not win: the second no counts though it left no entry', async () => {
    const contactId = await someone(store, given('newsletter'))
    await oneClick(contactId, stop(10))
    await oneClick(contactId, stop(30))
    expect(await confirmed(contactId, 20, 'newsletter')).toMatchObject({ kind: 'unchanged' })
    await expectSound(contactId)
  })
})

describe('stopping everything', () => {
  test('UNSUB-17: every topic and purpose is off, and no membership is left', async () => {
    const contactId = await someone(store, given('newsletter'), given('events'), given('profiling'))
    expect(await oneClick(contactId, stopEverything(10))).toMatchObject({ kind: 'turned-down' })
    const { choices, memberships, feed } = await tracesOf(store, contactId)
    expect(Object.values(choices).map(({ state }) => state)).toEqual(
      [...purposeIds(policy), directMarketing].map(() => 'withdrawn'),
    )
    expect(memberships).toEqual({})
    expect(feed[0]?.purposes).toContain('newsletter')
    await expectSound(contactId)
  })

  test('CONS-17: what was off already counts as said again, so that a late yes to it does not win', async () => {
    const contactId = await someone(store, given('newsletter'), given('events'))
    await oneClick(contactId, stop(10))
    await oneClick(contactId, stopEverything(30))
    await confirmed(contactId, 20, 'newsletter')
    const { choices, memberships } = await tracesOf(store, contactId)
    expect(choices.newsletter?.state).toBe('withdrawn')
    expect(memberships).toEqual({})
    await expectSound(contactId)
  })

  test('CONS-17: what was turned on later stays on', async () => {
    const contactId = await someone(store, given('newsletter'), given('events'))
    await confirmed(contactId, 30, 'newsletter')
    await oneClick(contactId, stopEverything(20))
    const { choices, memberships } = await tracesOf(store, contactId)
    expect(choices.newsletter?.state).toBe('given')
    expect(Object.keys(memberships)).toEqual(['newsletter'])
    await expectSound(contactId)
  })

  test('REC-01: the history names only what the act changed, so that it folds to the state', async () => {
    const contactId = await someone(store, given('newsletter'), given('events'))
    await oneClick(contactId, stop(10))
    await oneClick(contactId, stop(30))
    await confirmed(contactId, 20, 'newsletter', 'webinars')
    const { choices, entries } = await tracesOf(store, contactId)
    expect(choices.newsletter?.state).toBe('withdrawn')
    expect(choices.webinars?.state).toBe('given')
    expect(entries.find(({ at }) => at.getTime() === later(20).getTime())?.changes).toEqual([
      given('webinars'),
    ])
    await expectSound(contactId)
  })

  test('the mark alone would leave memberships standing, so it is refused', async () => {
    const contactId = await someone(store, given('newsletter'))
    const mark = act('withdraw', later(10), withdrawn(directMarketing))
    await expect(oneClick(contactId, mark)).rejects.toThrow(TypeError)
    expect((await tracesOf(store, contactId)).entries).toHaveLength(1)
  })

  test('an act that turns something on is refused before anything is asked of the tables', async () => {
    const contactId = await someone(store, withdrawn('newsletter'))
    const on = act('turn-on', later(10), given('newsletter'))
    await expect(oneClick(contactId, on)).rejects.toThrow(TypeError)
    expect((await tracesOf(store, contactId)).choices.newsletter?.state).toBe('withdrawn')
  })
})

describe('at the same time', () => {
  test('UNSUB-09: fifty simultaneous one-clicks leave exactly one entry', async () => {
    const contactId = await someone(store, given('newsletter'), given('events'))
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) => oneClick(contactId, stop(10 + (index % 7)))),
    )
    const kinds = outcomes.map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'turned-down')).toHaveLength(1)
    expect(kinds.filter((kind) => kind === 'unchanged')).toHaveLength(49)
    const { choices, entries, feed, memberships } = await tracesOf(store, contactId)
    expect(choices.newsletter?.state).toBe('withdrawn')
    expect(entries).toHaveLength(2)
    expect(feed).toHaveLength(1)
    expect(Object.keys(memberships)).toEqual(['events'])
    await expectSound(contactId)
  })

  test('CONS-17: fifty at once leave the rank of the latest, so that no late yes gets between', async () => {
    const contactId = await someone(store, given('newsletter'))
    const times = Array.from({ length: 50 }, (_, index) => 10 + ((index * 37) % 50))
    await Promise.all(times.map((at) => oneClick(contactId, stop(at))))
    await confirmed(contactId, 58, 'newsletter')
    expect((await tracesOf(store, contactId)).choices.newsletter?.state).toBe('withdrawn')
    await expectSound(contactId)
  })

  test.each([
    ['the no was said later', 30, 20, 'withdrawn'],
    ['the yes was said later', 20, 30, 'given'],
    ['both were said at one moment', 20, 20, 'withdrawn'],
  ])('CONS-17: a one-click racing a confirmation: %s', async (_, no, yes, state) => {
    for (let round = 0; round < 12; round++) {
      const contactId = await someone(store, withdrawn('newsletter'), given('events'))
      const race = [
        () => oneClick(contactId, stop(no)),
        () => confirmed(contactId, yes, 'newsletter'),
      ]
      if (round % 2 === 1) race.reverse()
      await Promise.all(race.map((run) => run()))
      expect((await tracesOf(store, contactId)).choices.newsletter?.state).toBe(state)
      await expectSound(contactId)
    }
  })

  test('CONS-17: a crowd of different acts leaves what the latest of them said', async () => {
    const contactId = await someone(store, given('newsletter'), given('events'))
    await Promise.all([
      oneClick(contactId, stop(40)),
      oneClick(contactId, stop(15, 'events')),
      oneClick(contactId, stopEverything(25)),
      confirmed(contactId, 35, 'newsletter', 'events'),
      confirmed(contactId, 12, 'webinars'),
      oneClick(contactId, act('object', later(20), objected('newsletter'))),
    ])
    const { choices, memberships } = await tracesOf(store, contactId)
    expect(choices.newsletter?.state).toBe('withdrawn')
    expect(choices.events?.state).toBe('given')
    expect(choices.webinars?.state).toBe('withdrawn')
    expect(Object.keys(memberships)).toEqual(['events'])
    await expectSound(contactId)
  })
})
