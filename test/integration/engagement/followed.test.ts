import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readCampaign } from '../../../functions/campaign/campaign-record.ts'
import { createDraft } from '../../../functions/campaign/draft.ts'
import { startCampaign } from '../../../functions/campaign/launch.ts'
import { messageIdOf, messageKey } from '../../../functions/campaign/message-record.ts'
import type { Policy } from '../../../functions/consent/policy.ts'
import { standingOf } from '../../../functions/contact/contact.ts'
import { readStanding } from '../../../functions/contact/contacts.ts'
import { turnDown } from '../../../functions/contact/turn-down.ts'
import { forgetEngagements } from '../../../functions/engagement/ended-engagement.ts'
import {
  engagementKey,
  engagementPk,
  engagementPut,
  readEngagements,
} from '../../../functions/engagement/engagement.ts'
import { profileOf } from '../../../functions/engagement/profile.ts'
import { orderedId } from '../../../functions/platform/id.ts'
import { readPartition, toItem, transact } from '../../../functions/platform/table.ts'
import {
  engagementsSection,
  interestsSection,
} from '../../../functions/rights/copy/interests-sections.ts'
import { beginErasure, fulfilErasure } from '../../../functions/rights/erase.ts'
import { object } from '../../../functions/rights/object.ts'
import { restrict } from '../../../functions/rights/restrict.ts'
import { changePreferences } from '../../../functions/subscription/change-preferences.ts'
import type { HitMessage } from '../../../functions/tracking/hit-message.ts'
import { recordHits } from '../../../functions/tracking/record-hits.ts'
import { type Sign, signs } from '../../../functions/tracking/sign.ts'
import { policy as shipped } from '../../../policy.ts'
import { audited, brokenOf, vandal } from '../../support/audited.ts'
import { interposeDynamoDb, meanwhile } from '../../support/interposed-dynamodb.ts'
import { messageItem } from '../../support/mailed-items.ts'
import { memoryFiles } from '../../support/memory-files.ts'
import { balancingTest, policyWith, text } from '../../support/policies.ts'
import { swept } from '../../support/swept.ts'
import { openCampaignOffice } from '../campaign/campaign-office.ts'

/** What becomes of a followed link that tells of an interest, from the queue of hits to the profile. */
let office: Awaited<ReturnType<typeof openCampaignOffice>>
let campaignId: string
type Person = { contactId: string; email: string }
let kari: Person
const both = ['profiling', 'click-tracking']
const everything = ['newsletter', ...both]

beforeAll(async () => {
  office = await openCampaignOffice()
})
afterAll(() => office.store.stop())
beforeEach(async () => {
  office.time.now = new Date('2026-11-27T08:00:00.000Z')
  office.work.policy = shipped
  kari = await office.add({ given: everything })
  campaignId = await started()
  await mailed(kari)
})

/** Links 0 and 1 tell of planning, 2 of both interests, 3 of nothing; 4 stands in a block of each kind. */
async function started(): Promise<string> {
  const at = (n: number) => `[${n}](https://nordlys.example/${n})`
  const created = await createDraft(office.work, 'kari', {
    name: 'November',
    topic: 'newsletter',
    variants: {
      nb: {
        subject: 'Hei',
        blocks: [
          { markdown: `${at(0)} ${at(1)}`, interests: ['planning'] },
          { markdown: at(2), interests: ['planning', 'integration'] },
          { markdown: `${at(3)} ${at(4)}` },
          { markdown: at(4), interests: ['integration'] },
        ],
      },
    },
  })
  if (created.kind !== 'created') throw new Error(created.kind)
  await startCampaign(office.work, 'kari', { campaignId: created.campaignId })
  return created.campaignId
}

/** As if the campaign had gone out to this person at eight. */
async function mailed({ contactId }: Person): Promise<void> {
  const campaign = await readCampaign(office.store.tables, campaignId, office.time.now)
  const messageId = messageIdOf(campaign?.key ?? new Uint8Array(), contactId)
  await vandal(office.store).put('main', {
    ...messageItem(campaignId, contactId),
    ...messageKey(campaignId, messageId),
    sentAt: '2026-11-27T08:00:00.000Z',
  })
}

let fetches = 0
type Fetch = {
  link?: number
  kind?: 'open' | 'click'
  sign?: Sign
  id?: string
  /** Minutes since the campaign went out. */
  after?: number
  signalled?: true
  policy?: Policy
  /** The way to the tables. */
  over?: DynamoDBClient
}
async function fetched(person: Person, ...given: Fetch[]): Promise<void> {
  const all: Fetch[] = given.length === 0 ? [{}] : given
  const campaign = await readCampaign(office.store.tables, campaignId, office.time.now)
  const { links = [], interests = {}, key = new Uint8Array() } = campaign ?? {}
  const messageId = messageIdOf(key, person.contactId)
  const batch = all.map(
    ({ link = 0, kind = 'click', sign = 'client', id, after = 5, signalled }) => {
      const at = new Date(Date.parse('2026-11-27T08:00:00.000Z') + after * 60_000).toISOString()
      const seen = { campaignId, messageId, sign, network: `n${++fetches}`, at }
      const message: HitMessage =
        kind === 'open'
          ? { kind, ...seen }
          : { kind, link, ...seen, ...(signalled ? { signalled } : {}) }
      return { id: id ?? `fetch-${fetches}`, message }
    },
  )
  await recordHits(
    {
      tables: { ...office.store.tables, db: all[0]?.over ?? office.store.tables.db },
      policy: all[0]?.policy ?? shipped,
      links: async () => ({ targets: links, trap: undefined, interests }),
      clock: () => office.time.now,
    },
    batch,
  )
}

const known = (person: Person) =>
  readEngagements(office.store.tables, { contactId: person.contactId }, office.time.now)
const linksOf = async (person: Person) => (await known(person)).map(({ link }) => link)
async function profile(person: Person, policy = shipped) {
  const held = await readStanding(office.store, person.contactId)
  if (held === undefined) return undefined
  const standing = standingOf(held.contact, held.address)
  return profileOf(policy, { standing, followed: await known(person) }, office.time.now)
}
const choose = (person: Person, purpose: string, wish: 'given' | 'withdrawn') =>
  changePreferences(office.store, person.contactId, {
    wishes: { [purpose]: wish },
    method: 'preference-page',
    now: office.time.now,
  })
const night = (policy = shipped) =>
  swept({ ...office.store, policy }, { mode: 'for-real', now: office.time.now })

describe('TRACK-07 a followed link', () => {
  it('tells of the interests of its block, in whichever of them it stands; one in none tells nothing', async () => {
    await fetched(kari, { link: 0 }, { link: 2, after: 6 }, { link: 3, after: 7 })
    await fetched(kari, { link: 4, after: 8 })
    expect((await known(kari)).map(({ link, interests }) => [link, interests])).toEqual([
      [0, ['planning']],
      [2, ['planning', 'integration']],
      [4, ['integration']],
    ])
    expect((await profile(kari))?.score).toBeCloseTo(30, 0)
  })

  it('counts once for a mail and link, however often it is followed and told', async () => {
    await fetched(kari, { id: 'same' }, { id: 'same' })
    await fetched(kari, { id: 'same' })
    await fetched(kari, { after: 60 })
    await Promise.all([fetched(kari, { after: 90 }), fetched(kari, { after: 91 })])
    expect(await linksOf(kari)).toEqual([0])
    expect((await known(kari))[0]).toMatchObject({ at: '2026-11-27T08:05:00.000Z', hit: 'same' })
  })

  it.each(signs.filter((sign) => sign !== 'client'))('by %s counts nothing', async (sign) => {
    await fetched(kari, { sign }, { kind: 'open', sign })
    expect(await known(kari)).toEqual([])
  })

  it('an open counts nothing', async () => {
    await fetched(kari, { kind: 'open' })
    expect(await known(kari)).toEqual([])
  })

  it('is taken back when it turns out to have been a machine, and what a person followed before stays', async () => {
    await fetched(kari, { link: 2, after: 5 })
    await fetched(kari, { link: 0, after: 60 })
    expect(await linksOf(kari)).toEqual([0, 2])
    // Two more within the same second: nobody reads so fast (TRACK-09).
    await fetched(kari, { link: 1, after: 60 }, { link: 2, after: 60 })
    expect(await linksOf(kari)).toEqual([2])
    await fetched(kari, { link: 0, after: 120 })
    expect(await linksOf(kari)).toEqual([0, 2])
  })

  it('GPC-03 with the privacy signal is added to no profile', async () => {
    await fetched(kari, { signalled: true })
    expect(await known(kari)).toEqual([])
    await fetched(kari, { after: 60 })
    expect(await linksOf(kari)).toEqual([0])
  })
})

describe('TRACK-11 without a yes to both', () => {
  it.each(both)('nothing is kept of who has said nothing of %s', async (missing) => {
    const person = await office.add({ given: everything.filter((id) => id !== missing) })
    await mailed(person)
    await fetched(person)
    expect(await known(person)).toEqual([])
    expect(await profile(person)).toBeUndefined()
  })

  it.each(both)(
    'the no to %s holds at once, and the night takes what was known',
    async (purpose) => {
      await fetched(kari)
      await choose(kari, purpose, 'withdrawn')
      await fetched(kari, { link: 2, after: 30 })
      expect(await linksOf(kari)).toEqual([0])
      expect(await profile(kari)).toBeUndefined()
      await night()
      expect(await known(kari)).toEqual([])
    },
  )

  it('an objection needs no reason, and leaves the chosen mail running', async () => {
    await fetched(kari)
    await object(office.store, kari.contactId, { to: 'profiling', now: office.time.now })
    expect(await profile(kari)).toBeUndefined()
    const held = await readStanding(office.store, kari.contactId)
    expect(held?.contact.choices.newsletter?.state).toBe('given')
    await night()
    expect(await known(kari)).toEqual([])
  })

  it('a no that comes between reading and writing wins', async () => {
    const { db, next, stop } = await interposeDynamoDb(office.store.endpoint)
    next(
      'Query',
      meanwhile(() => choose(kari, 'profiling', 'withdrawn')),
    )
    await fetched(kari, { over: db })
    await stop()
    const held = await readStanding(office.store, kari.contactId)
    expect(held?.contact.choices.profiling?.state).toBe('withdrawn')
    expect(await known(kari)).toEqual([])
  })

  it('a yes that is given anew begins with nothing, also before the night', async () => {
    await fetched(kari)
    office.later(10)
    await choose(kari, 'profiling', 'withdrawn')
    office.later(10)
    await choose(kari, 'profiling', 'given')
    expect((await profile(kari))?.inputs).toEqual([])
    // Arrived late: it was followed before this yes.
    await fetched(kari, { link: 2, after: 15 })
    expect((await profile(kari))?.inputs).toEqual([])
    await fetched(kari, { after: 30 })
    expect((await profile(kari))?.inputs.map(({ link }) => link)).toEqual([0])
    await night()
    expect(await linksOf(kari)).toEqual([0])
  })

  it('RIGHT-10 a restriction keeps what is known and uses and adds nothing', async () => {
    await fetched(kari)
    await restrict(office.store, kari.contactId, { lift: false, now: office.time.now })
    await fetched(kari, { link: 2, after: 30 })
    expect(await profile(kari)).toBeUndefined()
    await night()
    expect(await linksOf(kari)).toEqual([0])
    await restrict(office.store, kari.contactId, { lift: true, now: office.time.now })
    expect((await profile(kari))?.inputs).toHaveLength(1)
  })

  it('CONS-13 under a legitimate interest it is of those of whom one was entered, until they object', async () => {
    const policy = policyWith(({ purposes }) => {
      const basis = 'legitimate_interest'
      purposes.profiling = { basis, balancingTest, name: text, description: text }
    })
    const entered = await office.add({
      given: ['newsletter', 'click-tracking'],
      interest: ['profiling'],
    })
    await mailed(entered)
    // The same entry carries nothing where the policy asks for consent.
    await fetched(entered)
    expect(await known(entered)).toEqual([])
    await fetched(entered, { policy, link: 2, after: 30 })
    expect((await profile(entered, policy))?.inputs).toHaveLength(1)
    const at = office.time.now
    await turnDown(office.store, entered.contactId, {
      act: {
        kind: 'object',
        at,
        ledgerId: orderedId(at),
        noticeVersion: shipped.notice.version,
        changes: [{ purpose: 'profiling', state: 'objected' }],
      },
      evidence: { actor: 'person', method: 'preference-page' },
      now: at,
    })
    await fetched(entered, { policy, link: 0, after: 60 })
    expect(await profile(entered, policy)).toBeUndefined()
    expect(await linksOf(entered)).toEqual([2])
  })
})

describe('what is known of interests', () => {
  it('SUPP-06 ends with its period, and is not read once that is over', async () => {
    await fetched(kari)
    const { db, main } = office.store.tables
    const pk = engagementPk(kari.contactId)
    const [item] = await Array.fromAsync(readPartition(db, main, pk, `${kari.contactId}#`))
    const end = Number(item?.ttl) * 1000
    expect(end - office.time.now.getTime()).toBe(shipped.retention.interests * 86_400_000)
    office.time.now = new Date(end)
    expect(await known(kari)).toEqual([])
  })

  it('RIGHT-06 TRACK-13 is in the copy with interests, score and points; and what is kept, also while it is used for nothing', async () => {
    await fetched(kari, { link: 2 })
    office.later(60 * 24 * shipped.profile.halfLifeDays)
    const sections = async () => {
      const held = await readStanding(office.store, kari.contactId)
      if (held === undefined) throw new Error('nobody is held')
      const { tables } = office.store
      const now = office.time.now
      return Promise.all(
        [interestsSection, engagementsSection].map((section) =>
          Array.fromAsync(section({ tables, policy: shipped }, held, now).rows),
        ),
      )
    }
    const half = expect.closeTo(shipped.profile.points.click / 2, 1)
    expect(await sections()).toEqual([
      [
        { sum: 'score', points: half, callFrom: shipped.profile.callFrom },
        { interest: 'integration', points: half },
        { interest: 'planning', points: half },
      ],
      [
        {
          campaignId,
          link: 2,
          interests: ['planning', 'integration'],
          at: '2026-11-27T08:05:00.000Z',
          hit: expect.any(String),
          weight: shipped.profile.points.click,
          ageDays: expect.any(Number),
          points: half,
        },
      ],
    ])
    await restrict(office.store, kari.contactId, { lift: false, now: office.time.now })
    const [inferred, kept] = await sections()
    expect(inferred).toEqual([])
    expect(kept).toEqual([expect.not.objectContaining({ points: half })])
  })

  it('RIGHT-11 goes whole, also when it is more than one transaction takes', async () => {
    const { tables } = office.store
    const { contactId } = kari
    for (let from = 0; from < 120; from += 40) {
      const links = Array.from({ length: 40 }, (_, n) => from + n)
      await transact(
        tables.db,
        links.map((link) =>
          engagementPut(
            tables,
            {
              contactId,
              campaignId,
              link,
              interests: [],
              at: '2026-11-27T08:00:00.000Z',
              hit: 'h',
            },
            { now: office.time.now, days: 30 },
          ),
        ),
      )
    }
    expect(await known(kari)).toHaveLength(120)
    await forgetEngagements(tables, contactId)
    expect(await known(kari)).toEqual([])
  })

  it('RIGHT-11 goes with the person, and does not come back with a late hit', async () => {
    await fetched(kari)
    const { now } = office.time
    const request = await beginErasure(office.store, kari.contactId, {
      requests: async () => {},
      now,
    })
    await fetched(kari, { link: 2, after: 30 })
    expect(await linksOf(kari)).toEqual([0])
    const message = { contactId: kari.contactId, requestId: request?.id ?? '' }
    await fulfilErasure(office.store, message, {
      letters: async () => {},
      files: memoryFiles(),
      now,
    })
    await fetched(kari, { after: 60 })
    expect(await known(kari)).toEqual([])
  })
})

describe('invariant 9: nothing is observed without its yes', () => {
  const found = async () =>
    brokenOf(await audited(office.store, { now: office.time.now })).filter((line) =>
      line.includes(campaignId),
    )

  it('what was followed with a yes holds, and so it does in the night after a no', async () => {
    await fetched(kari)
    await choose(kari, 'profiling', 'withdrawn')
    expect((await found()).filter((line) => line.startsWith('9:'))).toEqual([])
  })

  it('what is left long after a no, of nobody, without a yes, or in another shard is found', async () => {
    const hand = vandal(office.store)
    await fetched(kari)
    const [engagement] = await known(kari)
    if (engagement === undefined) throw new Error('nothing is known')
    const item = await hand.read('main', engagementKey(engagement))
    const nobody = { ...engagement, contactId: '00000000-0000-4000-8000-000000000009' }
    const silent = { ...engagement, contactId: (await office.add()).contactId }
    for (const each of [nobody, silent]) await hand.put('main', { ...item, ...engagementKey(each) })
    await hand.put('main', { ...item, pk: 'E#99' })
    await choose(kari, 'profiling', 'withdrawn')
    office.later(60 * 49)
    const of = (kind: string, contactId: string) => `9: ${kind}: C#${contactId} ${campaignId} 0`
    expect((await found()).filter((line) => line.startsWith('9:')).sort()).toEqual(
      [
        of('engagement in another shard', kari.contactId),
        of('engagement long after a no', kari.contactId),
        of('engagement long after a no', kari.contactId),
        of('engagement of no contact', nobody.contactId),
        of('engagement without a yes', silent.contactId),
      ].sort(),
    )
    await hand.remove('main', { pk: 'E#99', sk: String(item.sk) })
    await transact(office.store.tables.db, [
      {
        Delete: {
          TableName: office.store.tables.main,
          Key: toItem(engagementKey(nobody)),
        },
      },
    ])
  })
})

describe('TRACK-15 a block', () => {
  it('is tagged with declared interests alone', async () => {
    const blocks = [{ markdown: 'x', interests: ['health'] }]
    expect(
      await createDraft(office.work, 'kari', {
        name: 'x',
        topic: 'newsletter',
        variants: { nb: { subject: 'x', blocks } },
      }),
    ).toEqual({ kind: 'unknown-interest', declared: Object.keys(shipped.profile.interests) })
  })
})
