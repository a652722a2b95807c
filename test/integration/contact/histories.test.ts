import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Act, applyAct, type Choices, isOff } from '../../../functions/consent/choices.ts'
import { decide } from '../../../functions/consent/decide.ts'
import { directMarketing, purposeIds } from '../../../functions/consent/policy.ts'
import { change } from '../../../functions/contact/change.ts'
import { standingOf } from '../../../functions/contact/contact.ts'
import { readStanding } from '../../../functions/contact/contacts.ts'
import { turnDown } from '../../../functions/contact/turn-down.ts'
import { orderedId } from '../../../functions/platform/id.ts'
import { policy } from '../../../policy.ts'
import { anyAct, anyHistory, day, later } from '../../support/acts.ts'
import { mayBeReached } from '../../support/choice-model.ts'
import { startContactStore } from '../../support/contact-store.ts'
import { brokenInvariants, byProvider, entry, someone, tracesOf } from '../../support/people.ts'

let store: Awaited<ReturnType<typeof startContactStore>>
beforeAll(async () => {
  store = await startContactStore()
})
afterAll(() => store.stop())

/** As real callers make them: each purpose once, and a stop to everything that names every topic. */
function asWritten(act: Act): Act {
  const named = new Map(act.changes.map((change) => [change.purpose, change]))
  const stop = named.get(directMarketing)
  if (stop !== undefined && isOff(stop.state)) {
    for (const purpose of purposeIds(policy)) named.set(purpose, { ...stop, purpose })
  }
  return { ...act, ledgerId: orderedId(act.at), changes: [...named.values()] }
}

const goesBlind = ({ changes }: Act): boolean => changes.every(({ state }) => isOff(state))

async function arrive(contactId: string, act: Act): Promise<void> {
  if (goesBlind(act)) await turnDown(store, contactId, { act, evidence: byProvider, now: act.at })
  else await change(store, contactId, () => ({ at: act.at, entries: [entry(act)] }))
}

const statesAndRanks = (choices: Choices): Record<string, string> =>
  Object.fromEntries(
    Object.entries(choices).map(([purpose, { state, rank }]) => [purpose, `${state} ${rank}`]),
  )

const rules: Record<string, string> = {
  newsletter: 'consent',
  'customer-offers': 'existing_customer',
  'open-tracking': 'consent',
  profiling: 'consent',
}

async function expectAsModelled(contactId: string, history: Act[], now: Date): Promise<void> {
  const standing = await readStanding(store, contactId)
  if (standing === undefined) throw new Error('no contact')
  const asked = standingOf(standing.contact, standing.address)
  for (const [purpose, basis] of Object.entries(rules)) {
    const model = { basis, consentSince: 1, validUntil: () => Number.POSITIVE_INFINITY }
    const expected = mayBeReached(history, purpose, { now, rules: model })
    expect([purpose, decide(policy, asked, purpose, now).may]).toEqual([purpose, expected])
  }
}

describe('random histories through the real store', () => {
  test('CONS-17: arriving one by one they leave what the pure rules say, and every invariant whole', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory(), async (drawn) => {
        const history = drawn.map(asWritten)
        const contactId = await someone(store)
        for (const act of history) await arrive(contactId, act)
        const { choices } = await tracesOf(store, contactId)
        const expected = history.reduce<Choices>(applyAct, {})
        expect(statesAndRanks(choices)).toEqual(statesAndRanks(expected))
        await expectAsModelled(contactId, history, later(3))
        expect(await brokenInvariants(store, contactId, later(3))).toEqual([])
      }),
      { numRuns: 30, endOnFailure: true },
    )
  }, 120_000)

  test('CONS-17: arriving all at once they leave the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyAct(), { minLength: 2, maxLength: 5 }), async (drawn) => {
        const history = drawn.map(asWritten)
        const contactId = await someone(store)
        await Promise.all(history.map((act) => arrive(contactId, act)))
        const { choices } = await tracesOf(store, contactId)
        const expected = history.reduce<Choices>(applyAct, {})
        expect(statesAndRanks(choices)).toEqual(statesAndRanks(expected))
        await expectAsModelled(contactId, history, later(day))
        expect(await brokenInvariants(store, contactId, later(3))).toEqual([])
      }),
      { numRuns: 30, endOnFailure: true },
    )
  }, 120_000)

  test('EXP-04: whoever could be reached before an act and not after it stands in the feed', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory(), async (drawn) => {
        const contactId = await someone(store)
        const reachable = async (): Promise<Set<string>> => {
          const standing = await readStanding(store, contactId)
          if (standing === undefined) throw new Error('no contact')
          const asked = standingOf(standing.contact, standing.address)
          const may = (id: string) => decide(policy, asked, id, later(7)).may
          return new Set(purposeIds(policy).filter(may))
        }
        for (const act of drawn.map(asWritten)) {
          const before = await reachable()
          const { feed: told } = await tracesOf(store, contactId)
          await arrive(contactId, act)
          const after = await reachable()
          const { feed } = await tracesOf(store, contactId)
          const lost = [...before].filter((purpose) => !after.has(purpose))
          const news = feed.filter((each) => !told.some((old) => same(old, each)))
          if (lost.length === 0) continue
          expect(new Set(news.flatMap(({ purposes }) => purposes))).toEqual(
            new Set([...news.flatMap(({ purposes }) => purposes), ...lost]),
          )
        }
      }),
      { numRuns: 10, endOnFailure: true },
    )
  }, 120_000)
})

const same = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other)
