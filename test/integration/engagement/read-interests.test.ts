import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Choice } from '../../../functions/consent/choices.ts'
import type { Standing } from '../../../functions/consent/decide.ts'
import {
  type Engagement,
  engagementPk,
  engagementPut,
  readEngagements,
} from '../../../functions/engagement/engagement.ts'
import { profileOf } from '../../../functions/engagement/profile.ts'
import { readInterests } from '../../../functions/engagement/read-interests.ts'
import { randomId } from '../../../functions/platform/id.ts'
import { policy } from '../../../policy.ts'
import { putItems } from '../../bench/people.ts'
import { startContactStore } from '../../support/contact-store.ts'
import { type InterposedDynamoDb, interposeDynamoDb } from '../../support/interposed-dynamodb.ts'

/** What interests the readers of one batch: the same as of each alone, in a call for each shard. */
let store: Awaited<ReturnType<typeof startContactStore>>
let wire: InterposedDynamoDb
const now = new Date('2026-11-27T08:00:00.000Z')
const earlier = '2026-11-20T08:00:00.000Z'

beforeAll(async () => {
  store = await startContactStore()
  wire = await interposeDynamoDb(store.endpoint)
})
afterAll(async () => {
  await wire.stop()
  await store.stop()
})

const given: Choice = {
  state: 'given',
  rank: '1',
  basis: 'consent',
  at: '2026-01-01T00:00:00.000Z',
  noticeVersion: policy.notice.version,
  ledgerId: 'l',
}
const standing = (contactId: string, over: Partial<Standing> = {}): Standing => ({
  contactId,
  choices: { profiling: given, 'click-tracking': given },
  restricted: false,
  erasing: false,
  suppressed: [],
  ...over,
})

type Place = Pick<Engagement, 'contactId' | 'link' | 'interests'>
async function put(places: readonly Place[]): Promise<void> {
  const { db, main } = store.tables
  const items = places.map((place) => {
    const engagement = { ...place, campaignId: 'ab'.repeat(8), at: earlier, hit: 'h' }
    return engagementPut(store.tables, engagement, { now, days: 365 }).Put?.Item ?? {}
  })
  await putItems(db, main, items)
}
/** In key order, all of one shard. */
function idsOfOneShard(count: number): string[] {
  const ids: string[] = []
  const [pk] = [engagementPk(randomId())]
  while (ids.length < count) {
    const id = randomId()
    if (engagementPk(id) === pk) ids.push(id)
  }
  return ids.toSorted()
}
async function asked(standings: readonly Standing[]) {
  wire.calls()
  const tables = { ...store.tables, db: wire.db }
  const interests = await readInterests({ tables, policy }, standings, now)
  return { interests, calls: wire.calls() }
}

describe('what interests the readers of a batch', () => {
  it('TRACK-13 is what their own profile says, and one call for each shard that holds any of them', async () => {
    const ids = Array.from({ length: 50 }, randomId)
    const tags = [['planning'], ['integration'], ['planning', 'integration'], []]
    await put(
      ids.flatMap((contactId, index) =>
        Array.from({ length: index % 5 }, (_, link) => ({
          contactId,
          link,
          interests: tags[(index + link) % tags.length] ?? [],
        })),
      ),
    )
    const { interests, calls } = await asked(ids.map((id) => standing(id)))
    for (const contactId of ids) {
      const followed = await readEngagements(store.tables, { contactId }, now)
      const own = profileOf(policy, { standing: standing(contactId), followed }, now)
      expect([...(interests.get(contactId) ?? [])]).toEqual(
        own?.interests.map(({ interest, points }) => [interest, points]),
      )
    }
    expect([...interests.values()].some((points) => points.size === 2)).toBe(true)
    expect(calls).toEqual([...new Set(ids.map(engagementPk))].map(() => 'Query'))
  })

  it('TRACK-11 is not even read of whoever may not be profiled', async () => {
    const ids = Array.from({ length: 4 }, randomId)
    await put(ids.map((contactId) => ({ contactId, link: 0, interests: ['planning'] })))
    const objected: Choice = { ...given, state: 'objected' }
    const noes: Partial<Standing>[] = [
      { choices: {} },
      { choices: { profiling: objected, 'click-tracking': given } },
      { restricted: true },
      { erasing: true },
    ]
    const { interests, calls } = await asked(ids.map((id, index) => standing(id, noes[index])))
    expect(interests.size).toBe(0)
    expect(calls).toEqual([])
  })

  it('is found behind what others followed, over which it leaps', async () => {
    const ids = idsOfOneShard(9)
    const [first = '', second = '', last = ''] = [ids[0], ids[4], ids[8]]
    const others = ids.filter((id) => ![first, second, last].includes(id))
    await put(
      others.flatMap((contactId) =>
        Array.from({ length: 750 }, (_, link) => ({ contactId, link, interests: ['planning'] })),
      ),
    )
    await put(
      [first, second, last].map((contactId) => ({
        contactId,
        link: 1,
        interests: ['integration'],
      })),
    )
    const { interests, calls } = await asked([last, first, second].map((id) => standing(id)))
    expect([...interests].map(([id, points]) => [id, [...points.keys()]])).toEqual([
      [last, ['integration']],
      [first, ['integration']],
      [second, ['integration']],
    ])
    expect(calls.every((call) => call === 'Query')).toBe(true)
    expect(calls.length).toBeLessThanOrEqual(5)
  }, 60_000)

  it('of somebody who followed more than anybody does is what their copy says', async () => {
    const contactId = randomId()
    await put(
      Array.from({ length: 600 }, (_, link) => ({
        contactId,
        link,
        interests: [link < 500 ? 'planning' : 'integration'],
      })),
    )
    const { interests } = await asked([standing(contactId)])
    expect([...(interests.get(contactId)?.keys() ?? [])]).toEqual(['planning'])
  }, 30_000)
})
