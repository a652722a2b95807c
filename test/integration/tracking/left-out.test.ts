import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { contactItemKey } from '../../../functions/contact/contact.ts'
import { toItem } from '../../../functions/platform/table.ts'
import { beginErasure, fulfilErasure } from '../../../functions/rights/erase.ts'
import { object } from '../../../functions/rights/object.ts'
import { restrict } from '../../../functions/rights/restrict.ts'
import { changePreferences } from '../../../functions/subscription/change-preferences.ts'
import { unsubscribe } from '../../../functions/subscription/unsubscribe.ts'
import type { Wishes } from '../../../functions/subscription/wishes.ts'
import { policy } from '../../../policy.ts'
import { memoryFiles } from '../../support/memory-files.ts'
import { swept } from '../../support/swept.ts'
import { aftermathOf } from '../campaign/aftermath.ts'
import { openCampaignOffice } from '../campaign/campaign-office.ts'

/** Who is part of a campaign's rates, and who no longer is (TRACK-01, TRACK-02). */
let office: Awaited<ReturnType<typeof openCampaignOffice>>
type Person = { contactId: string; email: string }
let id: string
let after: ReturnType<typeof aftermathOf>
const tracked = ['newsletter', 'open-tracking', 'click-tracking']

beforeAll(async () => {
  office = await openCampaignOffice()
  after = aftermathOf(office, () => id)
})
afterAll(() => office.store.stop())
beforeEach(() => office.later(60))

async function send(): Promise<void> {
  id = await office.start()
  await office.planAll()
  await office.sendAll()
}
async function choose({ contactId }: Person, wishes: Wishes): Promise<void> {
  office.later(1)
  const method = 'preference-page'
  await changePreferences(office.store, contactId, { wishes, method, now: office.time.now })
}
async function stopAll({ contactId }: Person): Promise<void> {
  office.later(1)
  await unsubscribe(office.store, {
    token: { contactId, topic: 'newsletter', campaign: id, keyRevoked: false },
    scope: 'all',
    method: 'unsubscribe-page',
    now: office.time.now,
  })
}
async function erase({ contactId }: Person): Promise<void> {
  const now = office.time.now
  const begun = await beginErasure(office.store, contactId, { requests: async () => {}, now })
  const message = { contactId, requestId: begun?.id ?? '' }
  const files = memoryFiles()
  await fulfilErasure(office.store, message, { letters: async () => {}, files, now })
}
const night = (over: Partial<typeof policy> = {}) => {
  office.later(1)
  const store = { ...office.store, policy: { ...policy, ...over } }
  return swept(store, { now: office.time.now })
}
/** Of the rate: people who did it, of how many, and how many are out of it since. */
const rates = async () => {
  const { opens, clicks } = await after.statistics()
  return [opens, clicks].map(({ unique, of, leftOut, leftOutBecause }) => {
    expect(leftOutBecause.notAllowedAtSending + leftOutBecause.endedSince).toBe(leftOut)
    return [unique.people, of, leftOutBecause.endedSince]
  })
}

const ways: Record<string, (person: Person) => Promise<unknown>> = {
  'withdraws both on their page': (person) =>
    choose(person, { 'open-tracking': 'withdrawn', 'click-tracking': 'withdrawn' }),
  'stops everything through the link': stopAll,
  'complains of the mail': (person) =>
    after.told({ ...person, mailbox: person.email }, ['Complaint']),
  'objects to all marketing': ({ contactId }) =>
    object(office.store, contactId, { to: 'direct-marketing', now: office.time.now }),
  'has their data only kept': ({ contactId }) =>
    restrict(office.store, contactId, { lift: false, now: office.time.now }),
  'is erased': erase,
}

describe('the rates of a campaign', () => {
  for (const [way, ends] of Object.entries(ways)) {
    it(`are without whoever ${way}, had they read the mail or not`, async () => {
      const [read, silent, other] = [
        await office.add({ given: tracked }),
        await office.add({ given: tracked }),
        await office.add({ given: tracked }),
      ]
      await send()
      const [[, all = 0] = []] = await rates()
      for (const each of [read, silent, other]) await after.told(each, ['Delivery'])
      for (const each of [read, other]) await after.fetched(each, ['open', 'click'])
      expect(await rates()).toEqual([
        [2, all, 0],
        [2, all, 0],
      ])
      for (const each of [read, silent]) await ends(each)
      for (let again = 0; again < 2; again++) {
        const { run } = await night()
        expect(run?.counts.failed).toBeUndefined()
        expect(await rates()).toEqual([
          [1, all - 2, 2],
          [1, all - 2, 2],
        ])
        expect(await after.recounted()).toMatchObject({ outcome: 'right' })
      }
    })
  }

  it('are without whose consent has expired', async () => {
    const person = await office.add({ given: tracked })
    await send()
    await after.fetched(person, ['open'])
    office.later(40 * 24 * 60)
    await night({ consent: { ...policy.consent, validityMonths: 1 } })
    const [[people, of] = []] = await rates()
    expect([people, of]).toEqual([0, 0])
    expect(await after.recounted()).toMatchObject({ outcome: 'right' })
  })

  it('are of opens and of clicks apart', async () => {
    const person = await office.add({ given: tracked })
    await send()
    await after.fetched(person, ['open', 'click'])
    const [[, opens = 0] = [], [, clicks = 0] = []] = await rates()
    await choose(person, { 'open-tracking': 'withdrawn' })
    await night()
    expect(await rates()).toEqual([
      [0, opens - 1, 1],
      [1, clicks, 0],
    ])
    await choose(person, { 'click-tracking': 'withdrawn' })
    await night()
    expect(await rates()).toEqual([
      [0, opens - 1, 1],
      [0, clicks - 1, 1],
    ])
    // How often was opened and clicked names nobody, and when.
    const { opens: opened, clicks: clicked, links, hours } = await after.statistics()
    expect([opened.total.people, clicked.total.people]).toEqual([1, 1])
    expect(links).toMatchObject([{ followed: 0, clicks: { people: 1 } }])
    expect(hours).toMatchObject([{ opens: 1, clicks: 1 }])
    expect(await after.recounted()).toMatchObject({ outcome: 'right' })
  })

  it('stay without them when they allow it again: of the time in between nothing is known', async () => {
    const person = await office.add({ given: tracked })
    await send()
    const [[, of = 0] = []] = await rates()
    await choose(person, { 'open-tracking': 'withdrawn' })
    await night()
    await choose(person, { 'open-tracking': 'given' })
    await night()
    await after.fetched(person, ['open'])
    const [opens] = await rates()
    expect(opens).toEqual([0, of - 1, 1])
    // It is recorded, as they allow, and counted as a hit.
    expect((await after.statistics()).opens.total.people).toBe(1)
    expect(await after.recounted()).toMatchObject({ outcome: 'right' })
    // The next mail finds them among its readers.
    await send()
    await after.fetched(person, ['open'])
    expect((await rates())[0]).toEqual([1, of, 0])
  })

  it('keep out also whom SES tells of afterwards, and count one that came back as neither', async () => {
    const [late, back] = [
      await office.add({ given: tracked }),
      await office.add({ given: tracked }),
    ]
    await send()
    const [[, of = 0] = []] = await rates()
    for (const each of [late, back]) await choose(each, { 'open-tracking': 'withdrawn' })
    await night()
    await after.told(late, ['Delivery'], ['Send'], ['Delivery'])
    await after.told(back, ['Delivery'], ['Bounce', { bounceType: 'Transient' }])
    expect((await rates())[0]).toEqual([0, of - 2, 1])
    await after.told(back, ['Bounce'])
    expect((await rates())[0]).toEqual([0, of - 2, 1])
    expect(await after.recounted()).toMatchObject({ outcome: 'right' })
  })

  it('are right where hits, events and the night meet', async () => {
    const people = await Promise.all(
      Array.from({ length: 6 }, () => office.add({ given: tracked })),
    )
    await send()
    for (const each of people) await after.fetched(each, ['open'])
    for (const each of people) await choose(each, { 'open-tracking': 'withdrawn' })
    await Promise.all([
      night(),
      ...people.map((each) => after.fetched(each, ['open', 'click', 'open'])),
      ...people.map((each) => after.told(each, ['Delivery'], ['Send'])),
      night(),
    ])
    await night()
    const { opens, clicks } = await after.statistics()
    expect([opens.unique.people, opens.leftOutBecause.endedSince]).toEqual([0, people.length])
    expect(clicks.unique.people).toBe(people.length)
    expect(await after.recounted()).toMatchObject({ outcome: 'right' })
  })

  it('TRACK-02 count no hit that was on its way when its message left', async () => {
    const person = await office.add({ given: tracked })
    await send()
    const { tables } = office.store
    let writes = 0
    const db = new Proxy(tables.db, {
      get: (client, name) =>
        name === 'send'
          ? async (command: { input: { TransactItems?: { Update?: { Key: unknown } }[] } }) => {
              const key = JSON.stringify(command.input.TransactItems?.[0]?.Update?.Key ?? '')
              if (key.includes('M#') && ++writes === 1) {
                await choose(person, { 'open-tracking': 'withdrawn' })
                await night()
              }
              return tables.db.send(command as never)
            }
          : Reflect.get(client, name),
    })
    await after.fetched(person, ['open'], { ...tables, db })
    expect(writes).toBe(1)
    const { opens } = await after.statistics()
    expect([opens.unique.people, opens.total.people]).toEqual([0, 0])
    expect(opens.leftOutBecause.endedSince).toBe(1)
    expect(await after.recounted()).toMatchObject({ outcome: 'right' })
  })
})

describe('a night that meets somebody unreadable', () => {
  it('SUPP-06 fails for them alone', async () => {
    const [broken, other] = [
      await office.add({ given: tracked }),
      await office.add({ given: tracked }),
    ]
    await send()
    const rename = (attribute: string, value: unknown) =>
      office.store.tables.db.send(
        new UpdateItemCommand({
          TableName: office.store.tables.main,
          Key: toItem(contactItemKey(broken.contactId)),
          UpdateExpression: 'SET #name = :value',
          ExpressionAttributeNames: { '#name': attribute },
          ExpressionAttributeValues: toItem({ ':value': value }),
        }),
      )
    await rename('generation', 'not a number')
    await choose(other, { 'open-tracking': 'withdrawn' })
    const { run } = await night()
    expect(run?.counts.failed).toBeGreaterThan(0)
    const [[, , ended] = []] = await rates()
    expect(ended).toBe(1)
    await rename('generation', 0)
  })
})

/** What may happen to one of three readers, told apart from how it is counted. */
const steps = [
  'fetches',
  'withdraws opens',
  'withdraws clicks',
  'gives both',
  'stops all',
  'restricted',
  'lifted',
  'erased',
  'delivered',
  'returned',
  'night',
] as const
const bothRates = ['opens', 'clicks'] as const
type Rate = (typeof bothRates)[number]
type Step = { step: (typeof steps)[number]; who: number }

describe('whatever comes in whatever order', () => {
  it('the rates are of those whom no night has found without tracking, and a recount finds the same', async () => {
    const step = fc.record<Step>({
      step: fc.constantFrom(...steps),
      who: fc.integer({ min: 0, max: 2 }),
    })
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), follow), {
      numRuns: 14,
    })
  }, 120_000)

  async function follow(all: readonly Step[]): Promise<void> {
    office.later(60)
    const people = [
      await office.add({ given: tracked }),
      await office.add({ given: ['newsletter', 'open-tracking'] }),
      await office.add(),
    ]
    await send()
    // Readers of the campaigns before have it, too.
    const [[, opensOf = 0] = [], [, clicksOf = 0] = []] = await rates()
    const readers = people.map((person, index) => ({
      person,
      may: { opens: index < 2, clicks: index < 1 },
      sent: { opens: index < 2, clicks: index < 1 },
      ended: { opens: false, clicks: false },
      did: { opens: false, clicks: false },
      restricted: false,
      erased: false,
      returned: false,
    }))
    for (const { step, who } of all) {
      if (step === 'night') await night().then(() => readers.forEach(found))
      const reader = readers[who]
      if (reader !== undefined && !reader.erased) await act(reader, step)
    }
    const expected = [
      expectedOf(readers, 'opens', opensOf),
      expectedOf(readers, 'clicks', clicksOf),
    ]
    expect(await after.recounted()).toMatchObject({ outcome: 'right' })
    expect(await rates()).toEqual(expected)
  }

  type Of = Record<Rate, boolean>
  type Reader = {
    person: Person
    may: Of
    sent: Of
    ended: Of
    did: Of
    restricted: boolean
    erased: boolean
    returned: boolean
  }
  /** By a night, that this is recorded of them, or is not. */
  function found({ sent, did, may, ended, restricted }: Reader): void {
    for (const rate of bothRates) {
      if ((sent[rate] || did[rate]) && (!may[rate] || restricted)) ended[rate] = true
    }
  }
  /** @param all that were sent with it, others of earlier campaigns among them. */
  function expectedOf(readers: readonly Reader[], rate: Rate, all: number): number[] {
    const ours = readers.filter(({ sent }) => sent[rate])
    const there = ours.filter(({ returned }) => !returned)
    const left = there.filter(({ ended }) => ended[rate])
    const did = readers.filter((each) => each.did[rate] && !each.ended[rate])
    return [did.length, all - ours.length + there.length - left.length, left.length]
  }
  async function act(reader: Reader, step: Step['step']): Promise<void> {
    const { person, may, did } = reader
    const { contactId } = person
    const now = office.time.now
    switch (step) {
      case 'fetches':
        await after.fetched(person, ['open', 'click'])
        for (const rate of bothRates) {
          did[rate] ||= may[rate] && !reader.restricted
        }
        return
      case 'withdraws opens':
        await choose(person, { 'open-tracking': 'withdrawn' })
        may.opens = false
        return
      case 'withdraws clicks':
        await choose(person, { 'click-tracking': 'withdrawn' })
        may.clicks = false
        return
      case 'gives both':
        await choose(person, { 'open-tracking': 'given', 'click-tracking': 'given' })
        may.opens = may.clicks = true
        return
      case 'stops all':
        await stopAll(person)
        may.opens = may.clicks = false
        return
      case 'restricted':
        await restrict(office.store, contactId, { lift: false, now })
        reader.restricted = true
        return
      case 'lifted':
        await restrict(office.store, contactId, { lift: true, now })
        reader.restricted = false
        return
      case 'erased':
        await erase(person)
        reader.erased = true
        reader.ended = { opens: true, clicks: true }
        return
      case 'delivered':
        return after.told(person, ['Delivery'])
      case 'returned':
        reader.returned = true
        return after.told(person, ['Bounce', { bounceType: 'Transient' }])
      case 'night':
        return
    }
  }
})
