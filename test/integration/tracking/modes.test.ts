import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { figuresPk } from '../../../functions/campaign/figures-record.ts'
import { messageKey } from '../../../functions/campaign/message-record.ts'
import { readShards, sumOf } from '../../../functions/campaign/read-figures.ts'
import type { Policy } from '../../../functions/consent/policy.ts'
import { turnDown } from '../../../functions/contact/turn-down.ts'
import { readHitId, sharedMessageId } from '../../../functions/platform/hit-id.ts'
import { orderedId } from '../../../functions/platform/id.ts'
import { readPartition, readTogether } from '../../../functions/platform/table.ts'
import { lastOpenSection } from '../../../functions/rights/copy/last-open-section.ts'
import { beginErasure, fulfilErasure } from '../../../functions/rights/erase.ts'
import type { HitMessage } from '../../../functions/tracking/hit-message.ts'
import { lastOpenKey, readLastOpen } from '../../../functions/tracking/last-open.ts'
import { recordHits } from '../../../functions/tracking/record-hits.ts'
import { recount } from '../../../functions/tracking/recount.ts'
import { readRecount } from '../../../functions/tracking/recount-record.ts'
import type { Sign } from '../../../functions/tracking/sign.ts'
import { trackedOf } from '../../../functions/tracking/tracked.ts'
import { policy as shipped } from '../../../policy.ts'
import { memoryFiles } from '../../support/memory-files.ts'
import { balancingTest, policyWith, text } from '../../support/policies.ts'
import { swept } from '../../support/swept.ts'
import { openCampaignOffice } from '../campaign/campaign-office.ts'

/** One campaign under each mode that a policy may declare: what its mails hold, and what is kept of fetches. */
let office: Awaited<ReturnType<typeof openCampaignOffice>>
type Person = { contactId: string; email: string }
let silent: Person
let consents: Person
let refuses: Person
const both = ['open-tracking', 'click-tracking'] as const

const under = (basis: 'aggregate' | 'off' | 'date_only' | 'legitimate_interest'): Policy =>
  policyWith(({ purposes }) => {
    const shown = { name: text, description: text }
    purposes['open-tracking'] =
      basis === 'legitimate_interest' ? { basis, balancingTest, ...shown } : { basis, ...shown }
    purposes['click-tracking'] =
      basis === 'legitimate_interest'
        ? { basis, balancingTest, ...shown }
        : { basis: basis === 'date_only' ? 'off' : basis, ...shown }
  })

async function object(person: Person, purpose: string): Promise<void> {
  const at = office.time.now
  const act = {
    kind: 'object' as const,
    at,
    ledgerId: orderedId(at),
    noticeVersion: shipped.notice.version,
    changes: [{ purpose, state: 'objected' as const }],
  }
  const evidence = { actor: 'person', method: 'preference-page' } as const
  await turnDown(office.store, person.contactId, { act, evidence, now: at })
}

beforeAll(async () => {
  office = await openCampaignOffice()
})
beforeEach(async () => {
  office.left.length = 0
  silent = await office.add()
  consents = await office.add({ given: ['newsletter', ...both] })
  refuses = await office.add()
  for (const purpose of both) await object(refuses, purpose)
})
afterAll(() => office.store.stop())

type Sent = { id: string; policy: Policy; htmlTo: (person: Person) => string }
async function sentUnder(policy: Policy): Promise<Sent> {
  office.work.policy = policy
  const id = await office.start()
  await office.planAll()
  await office.sendAll()
  const htmlTo = ({ email }: Person) => office.left.find(({ to }) => to === email)?.html ?? ''
  return { id, policy, htmlTo }
}
const hitsIn = (html: string) => [...html.matchAll(/\/[oc]\/([\w-]{40})/g)].map(([, hit]) => hit)

let fetches = 0
type Fetch = { kind?: 'open' | 'click'; sign?: Sign; at?: string; id?: string }
async function fetched({ policy, htmlTo }: Sent, person: Person, over: Fetch = {}) {
  const { kind = 'open', sign = 'client', at = '2026-11-27T12:34:56.000Z' } = over
  const found = new RegExp(`/${kind === 'open' ? 'o' : 'c'}/([\\w-]{40})`).exec(htmlTo(person))?.[1]
  const hit = readHitId(await office.store.keys('hit'), found ?? '')
  if (hit === undefined) throw new Error('that mail tells nobody anything')
  const seen = { ...hit, sign, network: 'none', at }
  const message: HitMessage = kind === 'open' ? { kind, ...seen } : { kind, link: 0, ...seen }
  const { tables } = office.store
  const links = async () => ({
    targets: ['https://nordlys.example/mer'],
    trap: undefined,
    interests: {},
  })
  const desk = { tables, policy, links, clock: () => office.time.now }
  return recordHits(desk, [{ id: over.id ?? `fetch-${++fetches}`, message }])
}
const figures = async (id: string, kind = 'T#') =>
  Object.fromEntries(
    Object.entries(sumOf(await readShards(office.store.tables, id, kind))).filter(
      ([name, value]) => value !== 0 && !/mail:|in:/.test(name),
    ),
  )
const trackedOn = async (id: string, person: Person) =>
  trackedOf((await office.messageOf(id, person.contactId)) ?? {})
const day = (person: Person) => readLastOpen(office.store.tables, person.contactId, office.time.now)

describe('TRACK-04 the mode consent, as shipped', () => {
  it('is what the shipped policy declares, and shows a pixel to those alone who said yes', async () => {
    expect(both.map((id) => shipped.purposes[id].basis)).toEqual(['consent', 'consent'])
    const sent = await sentUnder(shipped)
    // The third is the link that only machines find (TRACK-09).
    expect(hitsIn(sent.htmlTo(consents))).toHaveLength(3)
    expect([silent, refuses].flatMap((each) => hitsIn(sent.htmlTo(each)))).toEqual([])
    await fetched(sent, consents)
    expect((await trackedOn(sent.id, consents))?.hits).toHaveLength(1)
    expect(await day(consents)).toBeUndefined()
  })
})

describe('TRACK-04 the mode aggregate', () => {
  it('puts one pixel and the same links into every mail, and no id of a message or contact anywhere', async () => {
    const sent = await sentUnder(under('aggregate'))
    const [first, second] = [hitsIn(sent.htmlTo(silent)), hitsIn(sent.htmlTo(consents))]
    expect(first).toHaveLength(2)
    expect(second).toEqual(first)
    expect(new Set(first).size).toBe(1)
    const keys = await office.store.keys('hit')
    expect(readHitId(keys, first[0] ?? '')).toEqual({
      campaignId: sent.id,
      messageId: sharedMessageId,
    })
    // Nobody is asked, but who has said no is not even counted.
    expect(hitsIn(sent.htmlTo(refuses))).toEqual([])
  })

  it('counts only: each fetch once however often it is told, and nothing of a person is kept', async () => {
    const sent = await sentUnder(under('aggregate'))
    await fetched(sent, silent, { id: 'same' })
    await fetched(sent, silent, { id: 'same' })
    await Promise.all([
      fetched(sent, consents, { id: 'one' }),
      fetched(sent, silent, { id: 'one' }),
    ])
    await fetched(sent, silent, { kind: 'click' })
    await fetched(sent, silent, { sign: 'google-prefetch' })
    expect(await figures(sent.id)).toEqual({
      'open:human_likely': 2,
      'open:prefetch': 1,
      'click:human_likely': 1,
      'link:0:human_likely': 1,
    })
    expect(await figures(sent.id, 'H#')).toEqual({
      '2026-11-27T12:open': 2,
      '2026-11-27T12:click': 1,
    })
    for (const person of [silent, consents]) {
      expect(await trackedOn(sent.id, person)).toBeUndefined()
      expect(await day(person)).toBeUndefined()
      const { db, main } = office.store.tables
      const kept = await Array.fromAsync(readPartition(db, main, figuresPk(sent.id)))
      expect(JSON.stringify(kept)).not.toContain(person.contactId)
    }
  })

  it('is no drift to a recount', async () => {
    const sent = await sentUnder(under('aggregate'))
    await fetched(sent, silent)
    const log = { info: () => {}, fault: () => {} }
    await recount({ tables: office.store.tables, log, clock: () => office.time.now }, sent.id)
    expect(await readRecount(office.store.tables, sent.id)).toMatchObject({ outcome: 'right' })
  })

  it('TRACK-02 counts nothing more once the policy has left it', async () => {
    const sent = await sentUnder(under('aggregate'))
    for (const policy of [shipped, under('off')]) await fetched({ ...sent, policy }, silent)
    expect(await figures(sent.id)).toEqual({})
  })
})

describe('TRACK-04 the mode date_only', () => {
  it('keeps of a mail that was asked for the day of the last open, overwritten, and no more', async () => {
    const sent = await sentUnder(under('date_only'))
    await fetched(sent, silent, { at: '2026-11-25T23:59:59.000Z' })
    await fetched(sent, silent, { at: '2026-11-27T01:02:03.000Z' })
    await fetched(sent, silent, { at: '2026-11-26T12:00:00.000Z' })
    const { db, main } = office.store.tables
    const [item] = await readTogether(db, [{ table: main, key: lastOpenKey(silent.contactId) }])
    expect(item).toEqual({
      ...lastOpenKey(silent.contactId),
      day: '2026-11-27',
      ttl: expect.any(Number),
    })
    expect(await trackedOn(sent.id, silent)).toBeUndefined()
    expect(await figures(sent.id)).toEqual({})
    const message = await office.messageOf(sent.id, silent.contactId)
    expect(message).toMatchObject({ counted: { opens: false, clicks: false } })
  })

  it('takes no machine’s fetch for an open', async () => {
    const sent = await sentUnder(under('date_only'))
    for (const sign of ['google-prefetch', 'apple-prefetch', 'mail-scanner', 'head'] as const) {
      await fetched(sent, silent, { sign })
    }
    expect(await day(silent)).toBeUndefined()
  })

  it('puts a pixel neither into the mail of who said no, nor links through us into any', async () => {
    const sent = await sentUnder(under('date_only'))
    expect(hitsIn(sent.htmlTo(refuses))).toEqual([])
    expect(sent.htmlTo(silent)).not.toContain('/c/')
    expect(hitsIn(sent.htmlTo(silent))).toHaveLength(1)
  })

  it('ends at once with an objection, and what is known goes in the night', async () => {
    const sent = await sentUnder(under('date_only'))
    await fetched(sent, silent, { at: '2026-11-25T12:00:00.000Z' })
    await object(silent, 'open-tracking')
    await fetched(sent, silent, { at: '2026-11-27T12:00:00.000Z' })
    expect(await day(silent)).toBe('2026-11-25')
    const store = { ...office.store, policy: sent.policy }
    await swept(store, { mode: 'for-real', now: office.time.now })
    expect(await day(silent)).toBeUndefined()
  })

  it('SUPP-08 stays for who has said nothing, and goes where the policy has left the mode', async () => {
    const sent = await sentUnder(under('date_only'))
    await fetched(sent, silent)
    const night = (policy: Policy) =>
      swept({ ...office.store, policy }, { mode: 'for-real', now: office.time.now })
    await night(sent.policy)
    expect(await day(silent)).toBe('2026-11-27')
    await night(shipped)
    expect(await day(silent)).toBeUndefined()
  })

  it('RIGHT-06 RIGHT-11 is in the copy and goes with the person, also when an open comes late', async () => {
    const sent = await sentUnder(under('date_only'))
    await fetched(sent, silent)
    const { tables } = office.store
    const now = office.time.now
    const rows = await Array.fromAsync(lastOpenSection(tables, silent.contactId, now).rows)
    expect(rows).toEqual([{ day: '2026-11-27' }])
    const request = await beginErasure(office.store, silent.contactId, {
      requests: async () => {},
      now,
    })
    const message = { contactId: silent.contactId, requestId: request?.id ?? '' }
    const files = memoryFiles()
    const campaignItem = await office.messageOf(sent.id, silent.contactId)
    expect(campaignItem).toBeDefined()
    await fulfilErasure(office.store, message, { letters: async () => {}, files, now })
    await fetched(sent, silent, { at: '2026-11-27T23:00:00.000Z' })
    expect(await day(silent)).toBeUndefined()
    const [left] = await readTogether(tables.db, [
      { table: tables.main, key: messageKey(sent.id, String(campaignItem?.sk).slice(2)) },
    ])
    expect(left).toBeUndefined()
  })
})

describe('TRACK-04 the mode legitimate_interest', () => {
  it('records those of whom it was entered, never who has said nothing (CONS-07), until they object', async () => {
    const policy = under('legitimate_interest')
    const entered = await office.add({ interest: both })
    const sent = await sentUnder(policy)
    expect(hitsIn(sent.htmlTo(entered))).toHaveLength(3)
    expect([silent, refuses].flatMap((each) => hitsIn(sent.htmlTo(each)))).toEqual([])
    await fetched(sent, entered)
    await object(entered, 'open-tracking')
    await fetched(sent, entered)
    await fetched(sent, entered, { kind: 'click' })
    const kinds = (await trackedOn(sent.id, entered))?.hits.map(({ kind }) => kind)
    expect(kinds).toEqual(['open', 'click'])
  })
})

describe('TRACK-04 the mode off', () => {
  it('puts nothing into any mail, whatever a person has said, and records nothing of older ones', async () => {
    const sent = await sentUnder(under('off'))
    expect([silent, consents, refuses].flatMap((each) => hitsIn(sent.htmlTo(each)))).toEqual([])
    office.left.length = 0
    const before = await sentUnder(shipped)
    await fetched({ ...before, policy: under('off') }, consents)
    expect(await trackedOn(before.id, consents)).toBeUndefined()
  })
})
