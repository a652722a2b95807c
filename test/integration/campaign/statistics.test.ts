import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { parse } from 'valibot'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readCampaign } from '../../../functions/campaign/campaign-record.ts'
import { noteMailEvent } from '../../../functions/campaign/delivery.ts'
import { figuresPk, totalsKey } from '../../../functions/campaign/figures-record.ts'
import { actOnCampaign } from '../../../functions/campaign/launch.ts'
import { mailEvent } from '../../../functions/campaign/mail-event.ts'
import { messageIdOf, messageKey } from '../../../functions/campaign/message-record.ts'
import { readShards, sumOf } from '../../../functions/campaign/read-figures.ts'
import { readPartition, toItem, transact } from '../../../functions/platform/table.ts'
import { beginErasure, fulfilErasure } from '../../../functions/rights/erase.ts'
import { unsubscribe } from '../../../functions/subscription/unsubscribe.ts'
import { recordHits } from '../../../functions/tracking/record-hits.ts'
import { recount } from '../../../functions/tracking/recount.ts'
import { readRecount } from '../../../functions/tracking/recount-record.ts'
import { statisticsOf } from '../../../functions/tracking/statistics.ts'
import { policy } from '../../../policy.ts'
import { memoryFiles } from '../../support/memory-files.ts'
import { bounceDetail, complaintDetail, sesEventBody } from '../../support/ses-events.ts'
import { openCampaignOffice } from './campaign-office.ts'

/** What a campaign's figures say, from its planning to the erasure of a reader. */
let office: Awaited<ReturnType<typeof openCampaignOffice>>
type Person = { contactId: string; email: string }
let people: Person[]
let id: string
const silentLog = { info: () => {}, fault: () => {} }
const tracked = ['newsletter', 'open-tracking', 'click-tracking']

beforeAll(async () => {
  office = await openCampaignOffice()
  people = [
    await office.add({ given: tracked }),
    await office.add({ given: tracked, language: 'en' }),
    await office.add(),
    await office.add({ language: 'en' }),
  ]
})
afterAll(() => office.store.stop())
beforeEach(async () => {
  office.left.length = 0
  id = await office.start()
  await office.planAll()
})

const statistics = async () => {
  const of = async (kind: string) => sumOf(await readShards(office.store.tables, id, kind))
  return statisticsOf(await of('T#'), await of('H#'), await of('U#'))
}
const messageId = async (person: Person) => {
  const campaign = await readCampaign(office.store.tables, id, office.time.now)
  return messageIdOf(campaign!.key, person.contactId)
}
async function told(person: Person, ...events: [string, Record<string, unknown>?][]) {
  for (const [type, over] of events) {
    const at = office.time.now
    const detail = {
      ...complaintDetail('nobody@example.org', at),
      ...bounceDetail('nobody@example.org', at, over),
      delivery: { timestamp: at.toISOString() },
    }
    const tags = { campaign: [id], message: [await messageId(person)] }
    const body = sesEventBody({ type, email: 'nobody@example.org', at, detail, tags })
    const desk = {
      ...office.store,
      clock: () => at,
      log: silentLog,
      lost: () => {},
      rejected: () => {},
    }
    await noteMailEvent(desk, parse(mailEvent, body))
  }
}
let fetches = 0
async function fetched(person: Person, ...kinds: ('open' | 'click')[]) {
  const message = await messageId(person)
  const at = new Date(office.time.now.getTime() + 3_600_000).toISOString()
  const campaign = await readCampaign(office.store.tables, id, office.time.now)
  await recordHits(
    {
      tables: office.store.tables,
      policy,
      links: async () => ({ targets: campaign?.links ?? [], trap: undefined, interests: {} }),
      clock: () => office.time.now,
    },
    kinds.map((kind) => ({
      id: `hit-${++fetches}`,
      message: {
        ...(kind === 'open' ? { kind } : { kind, link: 0 }),
        campaignId: id,
        messageId: message,
        sign: 'client' as const,
        network: `n${fetches}`,
        at,
      },
    })),
  )
}
const recounted = async () => {
  await recount({ tables: office.store.tables, log: silentLog, clock: () => office.time.now }, id)
  return readRecount(office.store.tables, id)
}

describe('the figures of a campaign', () => {
  it('hold what is planned, before anything has left', async () => {
    const { mails, languages } = await statistics()
    expect(mails).toMatchObject({ planned: 4, waiting: 4, sent: 0 })
    expect(languages.map((each) => [each.language, each.mails.planned])).toEqual([
      ['en', 2],
      ['nb', 2],
    ])
  })

  it('say of each mail what became of it, whatever is told twice, late or in another order (SEND-05)', async () => {
    await office.sendAll()
    expect((await statistics()).mails).toMatchObject({ planned: 4, sent: 4, delivered: 0 })
    const [first, second, third, fourth] = people
    await told(first!, ['Delivery'], ['Delivery'], ['Send'])
    await told(second!, ['Complaint'], ['Delivery'], ['Complaint'], ['Send'])
    await told(third!, ['Bounce', { bounceType: 'Transient' }], ['Bounce'], ['Delivery'])
    await told(third!, ['Bounce', { bounceType: 'Transient' }], ['Bounce'])
    await told(fourth!, ['Rendering Failure'], ['Rendering Failure'])
    expect((await statistics()).mails).toEqual({
      planned: 4,
      sent: 3,
      delivered: 2,
      bounced: { permanent: 1, transient: 0 },
      complained: 1,
      skipped: 0,
      skippedBecause: {},
      failed: 1,
      unknown: 0,
      waiting: 0,
      unsubscribed: 0,
    })
    expect(await recounted()).toMatchObject({ outcome: 'right', corrected: {} })
  })

  it('count an event once of many that come at the same moment', async () => {
    await office.sendAll()
    const [first, second] = people
    await Promise.all([
      ...Array.from({ length: 4 }, () => told(first!, ['Delivery'])),
      ...Array.from({ length: 4 }, () => told(first!, ['Complaint'])),
      ...Array.from({ length: 4 }, () => told(second!, ['Send'], ['Bounce'])),
    ])
    expect((await statistics()).mails).toMatchObject({
      sent: 4,
      delivered: 1,
      complained: 1,
      bounced: { permanent: 1 },
    })
    expect(await recounted()).toMatchObject({ outcome: 'right' })
  })

  it('hold also where the events are quicker than the sender', async () => {
    const [first] = people
    office.wire.mailer = async (mail) => {
      const isTheirs = mail.entries.some(({ to }) => to.address === first!.email)
      if (isTheirs) await told(first!, ['Send'], ['Delivery'])
      return office.accept(mail)
    }
    await office.sendAll()
    office.wire.mailer = async (mail) => office.accept(mail)
    const { mails, opens } = await statistics()
    expect([mails.sent, mails.delivered, opens.of]).toEqual([4, 1, 2])
    expect(await office.messageOf(id, first!.contactId)).toMatchObject({
      state: 'delivered',
      counted: { opens: true, clicks: true },
    })
    expect(await recounted()).toMatchObject({ outcome: 'right' })
  })

  it('name why somebody was skipped, and how many stopped through the mail, once each', async () => {
    const extra = await office.add({ language: 'en' })
    const [gone] = people
    office.left.length = 0
    id = await office.start()
    await office.planAll()
    const press = (contactId: string, campaign: string) =>
      unsubscribe(office.store, {
        token: { contactId, topic: 'newsletter', campaign, keyRevoked: false },
        scope: 'topic',
        method: 'one-click',
        now: office.time.now,
      })
    await press(extra.contactId, id)
    await press(extra.contactId, id)
    await press(gone!.contactId, 'fedcba9876543210')
    await office.sendAll()
    const { mails } = await statistics()
    expect(mails).toMatchObject({ planned: 5, sent: 3, skipped: 2, unsubscribed: 1 })
    expect(mails.skippedBecause).toEqual({ withdrawn: 2 })
    people[0] = await office.add({ given: tracked })
  })

  it('TRACK-06 keep people, machines and unknown apart, and leave those without tracking out of the rate', async () => {
    await office.sendAll()
    const [first, second, third] = people
    await fetched(first!, 'open', 'open', 'click')
    await fetched(third!, 'open', 'click')
    await told(second!, ['Bounce'])
    const { opens, clicks, links, hours, languages } = await statistics()
    expect(opens).toEqual({
      unique: { people: 1, machines: 0, unknown: 0 },
      total: { people: 2, machines: 0, unknown: 0 },
      of: 1,
      leftOut: 2,
      leftOutBecause: { notAllowedAtSending: 2, endedSince: 0 },
      rate: 1,
    })
    expect(clicks).toMatchObject({ unique: { people: 1 }, total: { people: 1 }, of: 1, leftOut: 2 })
    expect(links).toEqual([
      { link: 0, followed: 1, clicks: { people: 1, machines: 0, unknown: 0 } },
    ])
    expect(hours).toEqual([{ hour: '2026-11-27T09:00:00.000Z', opens: 2, clicks: 1 }])
    expect(languages.map(({ language, opens: own }) => [language, own.unique.people])).toEqual([
      ['en', 0],
      ['nb', 1],
    ])
  })

  it('RIGHT-11 stay when a person goes, who leaves the rates alone, and can still be counted anew', async () => {
    const gone = await office.add({ given: tracked })
    id = await office.start()
    await office.planAll()
    await office.sendAll()
    await told(gone, ['Delivery'])
    await fetched(gone, 'open', 'click')
    const before = await statistics()
    expect(before.opens).toMatchObject({ unique: { people: 1 }, of: 3, leftOut: 2, rate: 1 / 3 })
    const now = office.time.now
    const request = await beginErasure(office.store, gone.contactId, {
      requests: async () => {},
      now,
    })
    const message = { contactId: gone.contactId, requestId: request?.id ?? '' }
    const files = memoryFiles()
    await fulfilErasure(office.store, message, { letters: async () => {}, files, now })
    expect(await office.messageOf(id, gone.contactId)).toBeUndefined()
    const { opens, clicks, links, ...rest } = await statistics()
    const left = {
      unique: { people: 0, machines: 0, unknown: 0 },
      total: { people: 1, machines: 0, unknown: 0 },
      of: 2,
      leftOut: 3,
      leftOutBecause: { notAllowedAtSending: 2, endedSince: 1 },
      rate: 0,
    }
    expect([opens, clicks]).toEqual([left, left])
    // How often it was followed is of nobody.
    expect(links).toMatchObject([{ followed: 0, clicks: { people: 1 } }])
    expect([rest.mails, rest.hours]).toEqual([before.mails, before.hours])
    expect(await recounted()).toMatchObject({ outcome: 'right' })
    const { db, main } = office.store.tables
    const kept = JSON.stringify(await Array.fromAsync(readPartition(db, main, figuresPk(id))))
    expect(kept).not.toContain(gone.contactId)
  })
})

describe('counting anew', () => {
  const bend = async (by: Record<string, number>) => {
    const { db, main } = office.store.tables
    for (const [name, value] of Object.entries(by)) {
      await db.send(
        new UpdateItemCommand({
          TableName: main,
          Key: toItem(totalsKey(id, 7)),
          UpdateExpression: 'SET #ttl = :ttl ADD revision :one, #name :by',
          ExpressionAttributeNames: { '#name': name, '#ttl': 'ttl' },
          ExpressionAttributeValues: toItem({ ':by': value, ':one': 1, ':ttl': 2_000_000_000 }),
        }),
      )
    }
  }

  it('puts drift right and says what differed', async () => {
    await office.sendAll()
    const right = await statistics()
    await bend({ 'mail:sent': 5, 'opened:human_likely': -3 })
    expect(await statistics()).not.toEqual(right)
    expect(await recounted()).toEqual({
      at: office.time.now.toISOString(),
      outcome: 'corrected',
      corrected: { 'mail:sent': -5, 'opened:human_likely': 3 },
    })
    expect(await statistics()).toEqual(right)
  })

  it('also where a message was lost with everything that counted it', async () => {
    await office.sendAll()
    const key = messageKey(id, await messageId(people[0]!))
    await transact(office.store.tables.db, [
      { Delete: { TableName: office.store.tables.main, Key: toItem(key) } },
    ])
    expect(await recounted()).toMatchObject({ outcome: 'corrected' })
    expect((await statistics()).mails).toMatchObject({ planned: 3, sent: 3 })
  })

  it('changes nothing while figures are being written, and says that it was too busy', async () => {
    await office.sendAll()
    await bend({ 'mail:sent': 5 })
    const clock = () => office.time.now
    const { tables } = office.store
    // Somebody reads the mail whenever it is about to write.
    const db = new Proxy(tables.db, {
      get: (client, name) =>
        name === 'send'
          ? async (command: { constructor: { name: string } }) => {
              if (command.constructor.name === 'TransactWriteItemsCommand') await bend({ x: 1 })
              return tables.db.send(command as never)
            }
          : Reflect.get(client, name),
    })
    await recount({ tables: { ...tables, db }, log: silentLog, clock }, id)
    expect(await readRecount(tables, id)).toMatchObject({ outcome: 'busy', corrected: {} })
    expect((await statistics()).mails.sent).toBe(9)
  })

  it('is right while a campaign is under way, too', async () => {
    await actOnCampaign(office.work, 'kari', { campaignId: id, act: 'pause' })
    await office.sendAll()
    expect(await recounted()).toMatchObject({ outcome: 'right' })
    expect((await statistics()).mails).toMatchObject({ planned: 4, waiting: 4 })
  })
})
