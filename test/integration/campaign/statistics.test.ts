import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { figuresPk, totalsKey } from '../../../functions/campaign/figures-record.ts'
import { actOnCampaign } from '../../../functions/campaign/launch.ts'
import { messageKey } from '../../../functions/campaign/message-record.ts'
import { readPartition, toItem, transact } from '../../../functions/platform/table.ts'
import { beginErasure, fulfilErasure } from '../../../functions/rights/erase.ts'
import { unsubscribe } from '../../../functions/subscription/unsubscribe.ts'
import { recount } from '../../../functions/tracking/recount.ts'
import { readRecount } from '../../../functions/tracking/recount-record.ts'
import { memoryFiles } from '../../support/memory-files.ts'
import { aftermathOf, silentLog } from './aftermath.ts'
import { openCampaignOffice } from './campaign-office.ts'

/** What a campaign's figures say, from its planning to the erasure of a reader. */
let office: Awaited<ReturnType<typeof openCampaignOffice>>
type Person = { contactId: string; email: string }
let people: Person[]
let id: string
let after: ReturnType<typeof aftermathOf>
const tracked = ['newsletter', 'open-tracking', 'click-tracking']

beforeAll(async () => {
  office = await openCampaignOffice()
  after = aftermathOf(office, () => id)
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

describe('the figures of a campaign', () => {
  it('hold what is planned, before anything has left', async () => {
    const { mails, languages } = await after.statistics()
    expect(mails).toMatchObject({ planned: 4, waiting: 4, sent: 0 })
    expect(languages.map((each) => [each.language, each.mails.planned])).toEqual([
      ['en', 2],
      ['nb', 2],
    ])
  })

  it('say of each mail what became of it, whatever is told twice, late or in another order (SEND-05)', async () => {
    await office.sendAll()
    expect((await after.statistics()).mails).toMatchObject({ planned: 4, sent: 4, delivered: 0 })
    const [first, second, third, fourth] = people
    await after.told(first!, ['Delivery'], ['Delivery'], ['Send'])
    await after.told(second!, ['Complaint'], ['Delivery'], ['Complaint'], ['Send'])
    await after.told(third!, ['Bounce', { bounceType: 'Transient' }], ['Bounce'], ['Delivery'])
    await after.told(third!, ['Bounce', { bounceType: 'Transient' }], ['Bounce'])
    await after.told(fourth!, ['Rendering Failure'], ['Rendering Failure'])
    expect((await after.statistics()).mails).toEqual({
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
    expect(await after.recounted()).toMatchObject({ outcome: 'right', corrected: {} })
  })

  it('count an event once of many that come at the same moment', async () => {
    await office.sendAll()
    const [first, second] = people
    await Promise.all([
      ...Array.from({ length: 4 }, () => after.told(first!, ['Delivery'])),
      ...Array.from({ length: 4 }, () => after.told(first!, ['Complaint'])),
      ...Array.from({ length: 4 }, () => after.told(second!, ['Send'], ['Bounce'])),
    ])
    expect((await after.statistics()).mails).toMatchObject({
      sent: 4,
      delivered: 1,
      complained: 1,
      bounced: { permanent: 1 },
    })
    expect(await after.recounted()).toMatchObject({ outcome: 'right' })
  })

  it('hold also where the events are quicker than the sender', async () => {
    const [first] = people
    office.wire.mailer = async (mail) => {
      const isTheirs = mail.entries.some(({ to }) => to.address === first!.email)
      if (isTheirs) await after.told(first!, ['Send'], ['Delivery'])
      return office.accept(mail)
    }
    await office.sendAll()
    office.wire.mailer = async (mail) => office.accept(mail)
    const { mails, opens } = await after.statistics()
    expect([mails.sent, mails.delivered, opens.of]).toEqual([4, 1, 2])
    expect(await office.messageOf(id, first!.contactId)).toMatchObject({
      state: 'delivered',
      counted: { opens: true, clicks: true },
    })
    expect(await after.recounted()).toMatchObject({ outcome: 'right' })
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
    const { mails } = await after.statistics()
    expect(mails).toMatchObject({ planned: 5, sent: 3, skipped: 2, unsubscribed: 1 })
    expect(mails.skippedBecause).toEqual({ withdrawn: 2 })
    people[0] = await office.add({ given: tracked })
  })

  it('TRACK-06 keep people, machines and unknown apart, and leave those without tracking out of the rate', async () => {
    await office.sendAll()
    const [first, second, third] = people
    await after.fetched(first!, ['open', 'open', 'click'])
    await after.fetched(third!, ['open', 'click'])
    await after.told(second!, ['Bounce'])
    const { opens, clicks, links, hours, languages } = await after.statistics()
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
    await after.told(gone, ['Delivery'])
    await after.fetched(gone, ['open', 'click'])
    const before = await after.statistics()
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
    const { opens, clicks, links, ...rest } = await after.statistics()
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
    expect(await after.recounted()).toMatchObject({ outcome: 'right' })
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
    const right = await after.statistics()
    await bend({ 'mail:sent': 5, 'opened:human_likely': -3 })
    expect(await after.statistics()).not.toEqual(right)
    expect(await after.recounted()).toEqual({
      at: office.time.now.toISOString(),
      outcome: 'corrected',
      corrected: { 'mail:sent': -5, 'opened:human_likely': 3 },
    })
    expect(await after.statistics()).toEqual(right)
  })

  it('also where a message was lost with everything that counted it', async () => {
    await office.sendAll()
    const key = messageKey(id, await after.messageId(people[0]!))
    await transact(office.store.tables.db, [
      { Delete: { TableName: office.store.tables.main, Key: toItem(key) } },
    ])
    expect(await after.recounted()).toMatchObject({ outcome: 'corrected' })
    expect((await after.statistics()).mails).toMatchObject({ planned: 3, sent: 3 })
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
    expect((await after.statistics()).mails.sent).toBe(9)
  })

  it('is right while a campaign is under way, too', async () => {
    await actOnCampaign(office.work, 'kari', { campaignId: id, act: 'pause' })
    await office.sendAll()
    expect(await after.recounted()).toMatchObject({ outcome: 'right' })
    expect((await after.statistics()).mails).toMatchObject({ planned: 4, waiting: 4 })
  })
})
