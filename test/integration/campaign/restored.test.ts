import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readCampaign } from '../../../functions/campaign/campaign-record.ts'
import { holdRestored } from '../../../functions/campaign/hold-restored.ts'
import {
  actOnCampaign,
  type CampaignAct,
  startCampaign,
} from '../../../functions/campaign/launch.ts'
import { workOnPlan } from '../../../functions/campaign/plan.ts'
import { scheduleCampaign, unschedule } from '../../../functions/campaign/schedule.ts'
import { sendBatch } from '../../../functions/campaign/send.ts'
import { shardOf } from '../../../functions/contact/membership.ts'
import type { Item } from '../../../functions/platform/table.ts'
import { fromItem } from '../../../functions/platform/table.ts'
import { copyOf, putBack } from '../../rehearsal/copied-table.ts'
import { openCampaignOffice } from './campaign-office.ts'

let office: Awaited<ReturnType<typeof openCampaignOffice>>
const people: { contactId: string; email: string }[] = []
/** Everything that was ever on the queues: none of them is restored, and what was set aside comes back. */
const queued: { plans: typeof office.plans; sends: typeof office.sends } = { plans: [], sends: [] }
let empty: Item[]
const beginning = new Date('2026-11-27T08:00:00.000Z')

beforeAll(async () => {
  office = await openCampaignOffice()
  for (let n = 0; n < 3; n++) people.push(await office.add())
  // Each is a batch of their own, so that a part can be sent.
  office.work.pageSize = 1
  const { plan, send, enqueue } = office.work
  office.work.plan = async (message) => {
    queued.plans.push(message)
    await plan(message)
  }
  office.work.send = async (message, seconds) => {
    queued.sends.push(message)
    await send(message, seconds)
  }
  office.work.enqueue = async (messages) => {
    queued.sends.push(...messages)
    await enqueue(messages)
  }
  empty = await copyOf(office.store.tables.db, office.store.tables.main)
})
afterAll(() => office.store.stop())
beforeEach(async () => {
  await putBack(office.store.tables.db, office.store.tables.main, empty)
  office.time.now = beginning
  for (const list of [office.left, office.plans, office.sends, queued.plans, queued.sends]) {
    list.length = 0
  }
})

/** As many shards are left to plan as there are people. */
async function draft(): Promise<string> {
  const campaignId = await office.draft()
  await office.leaveOpen(campaignId, [...new Set(people.map((each) => shardOf(each.contactId)))])
  return campaignId
}
const act = (campaignId: string, what: CampaignAct) =>
  actOnCampaign(office.work, 'kari', { campaignId, act: what })
const start = (campaignId: string) => startCampaign(office.work, 'kari', { campaignId })
/** For half an hour later. */
const schedule = (campaignId: string) =>
  scheduleCampaign(office.work, 'kari', {
    campaignId,
    schedule: { at: '2026-11-27T08:30', zone: 'UTC' },
  })
const takeBack = (campaignId: string) =>
  unschedule(office.work, 'kari', { campaignId, act: 'unschedule' })
const sendOff = async () => {
  await office.planAll()
  await office.sendAll()
}
const byTheClock = async () => {
  office.later(35)
  await workOnPlan(office.work, { kind: 'start-due' })
  await sendOff()
}
const planOnly = () => office.planAll()
const sendOne = async () => {
  const [first] = office.sends.splice(0, 1)
  if (first !== undefined) await sendBatch(office.work, first)
}
const nothing = async () => {}
const inTurn =
  (...steps: ((campaignId: string) => Promise<unknown>)[]) =>
  async (campaignId: string) => {
    for (const step of steps) await step(campaignId)
  }
const pause = (campaignId: string) => act(campaignId, 'pause')
const resume = (campaignId: string) => act(campaignId, 'resume')
const cancel = (campaignId: string) => act(campaignId, 'cancel')

/** What staff did to campaigns, as the replay reads it in the ledger. */
async function audits(campaignId: string): Promise<Record<string, unknown>[]> {
  const { db, ledger } = office.store.tables
  const items = (await copyOf(db, ledger)).map(fromItem)
  return items.filter(({ subject }) => subject === campaignId)
}

async function restore(campaignId: string, generation = 2) {
  const told = await audits(campaignId)
  const isEnded = told.some(({ action }) => /^campaign-(start|cancel)$/.test(String(action)))
  const ended = new Set(isEnded ? [campaignId] : [])
  return holdRestored(office.store.tables, { generation, ended, now: office.time.now })
}

/** All that could make it send by itself: the clock, the repair, and every message that there ever was. */
async function letLoose(): Promise<void> {
  for (const message of queued.plans.splice(0)) await workOnPlan(office.work, message)
  for (const message of queued.sends.splice(0)) await sendBatch(office.work, message)
  for (let hour = 0; hour < 2; hour++) {
    office.later(61)
    await workOnPlan(office.work, { kind: 'start-due' })
    await workOnPlan(office.work, { kind: 'repair' })
    await sendOff()
  }
}

const received = () => office.left.map(({ to }) => to).sort()
const everybody = () => people.map(({ email }) => email).sort()

type Case = {
  copied: string
  before: (campaignId: string) => Promise<unknown>
  since: (campaignId: string) => Promise<unknown>
  comesBack: string
}
const cases: Case[] = [
  {
    copied: 'a draft, of which nothing is told',
    before: nothing,
    since: nothing,
    comesBack: 'draft',
  },
  { copied: 'a draft, scheduled since', before: nothing, since: schedule, comesBack: 'draft' },
  {
    copied: 'a draft, sent since',
    before: nothing,
    since: inTurn(start, sendOff),
    comesBack: 'cancelled',
  },
  { copied: 'a draft, cancelled since', before: nothing, since: cancel, comesBack: 'cancelled' },
  { copied: 'one that was scheduled', before: schedule, since: nothing, comesBack: 'draft' },
  {
    copied: 'one that was scheduled, and not any more',
    before: schedule,
    since: takeBack,
    comesBack: 'draft',
  },
  {
    copied: 'one that was scheduled, cancelled since',
    before: schedule,
    since: cancel,
    comesBack: 'cancelled',
  },
  {
    copied: 'one that was scheduled, and sent by the clock since',
    before: schedule,
    since: byTheClock,
    comesBack: 'cancelled',
  },
  {
    copied: 'one that was scheduled, and sent by hand since',
    before: schedule,
    since: inTurn(takeBack, start, sendOff),
    comesBack: 'cancelled',
  },
  {
    copied: 'one of which nothing was planned',
    before: start,
    since: nothing,
    comesBack: 'paused',
  },
  {
    copied: 'one of which nothing was planned, sent since',
    before: start,
    since: sendOff,
    comesBack: 'paused',
  },
  {
    copied: 'one of which nothing was sent',
    before: inTurn(start, planOnly),
    since: nothing,
    comesBack: 'paused',
  },
  {
    copied: 'one of which a part was sent, and the rest since',
    before: inTurn(start, planOnly, sendOne),
    since: sendOff,
    comesBack: 'paused',
  },
  {
    copied: 'one of which a part was sent, paused since',
    before: inTurn(start, planOnly, sendOne),
    since: pause,
    comesBack: 'paused',
  },
  {
    copied: 'one of which a part was sent, cancelled since',
    before: inTurn(start, planOnly, sendOne),
    since: inTurn(cancel, sendOff),
    comesBack: 'paused',
  },
  {
    copied: 'one that was paused',
    before: inTurn(start, planOnly, pause),
    since: nothing,
    comesBack: 'paused',
  },
  {
    copied: 'one that was paused before any was planned, and sent since',
    before: inTurn(start, pause),
    since: inTurn(resume, sendOff),
    comesBack: 'paused',
  },
  {
    copied: 'one that was sent',
    before: inTurn(start, sendOff),
    since: nothing,
    comesBack: 'sent',
  },
  {
    copied: 'one that was cancelled',
    before: inTurn(start, cancel, sendOff),
    since: nothing,
    comesBack: 'cancelled',
  },
]

describe('RIGHT-13 a restored table does not send by itself', () => {
  it.each(cases)('$copied, comes back $comesBack', async ({ before, since, comesBack }) => {
    const { db, main } = office.store.tables
    const id = await draft()
    await before(id)
    const copy = await copyOf(db, main)
    await since(id)
    await putBack(db, main, copy)
    const mailed = received()

    const first = await restore(id)
    const second = await restore(id)
    expect(second, 'run again, it tells the same').toEqual(first)
    await letLoose()
    expect(received(), 'nothing leaves by itself').toEqual(mailed)
    expect(await office.stateOf(id)).toBe(comesBack)

    // A colleague may start what was not begun; of what was, nobody is written to again.
    await schedule(id)
    await resume(id)
    const started = await start(id)
    await letLoose()
    if (comesBack === 'draft') {
      expect(started).toEqual({ kind: 'done' })
      expect(received()).toEqual(everybody())
    } else {
      expect(received()).toEqual(mailed)
    }
    expect(new Set(received()).size, 'nobody gets it twice').toBe(received().length)
  })

  it('what was held says so, with its reason, once, and lets go of it when a colleague starts it', async () => {
    const id = await draft()
    await schedule(id)
    const held = { generation: 2, was: 'scheduled', at: beginning.toISOString() }
    expect(await restore(id)).toEqual({ draft: [id], paused: [], cancelled: [] })
    await restore(id)
    const campaign = () => readCampaign(office.store.tables, id, office.time.now)
    expect(await campaign()).toMatchObject({ state: 'draft', held })
    expect(await campaign()).not.toHaveProperty('startsAt')
    const told = (await audits(id)).filter(({ action }) => action === 'campaign-held')
    expect(told).toEqual([
      expect.objectContaining({
        staff: 'operator',
        details: { was: 'scheduled', is: 'draft', generation: 2 },
      }),
    ])
    expect(await start(id)).toEqual({ kind: 'done' })
    expect(await campaign()).not.toHaveProperty('held')
  })

  it('what had begun is not resumed by anybody, but can be cancelled', async () => {
    const id = await draft()
    await start(id)
    await office.planAll()
    const planned = (await office.batchesOf(id)).flatMap(({ contactIds }) => contactIds as string[])
    expect(planned).toHaveLength(people.length)
    await restore(id)
    for (const contactId of planned) {
      expect(await office.messageOf(id, contactId)).toMatchObject({ state: 'unknown' })
    }
    const refused = { kind: 'held', held: { generation: 2, was: 'sending' } }
    expect(await resume(id)).toMatchObject(refused)
    expect(await office.stateOf(id)).toBe('paused')
    expect(await cancel(id)).toEqual({ kind: 'done' })
    await letLoose()
    expect([await office.stateOf(id), office.left]).toEqual(['cancelled', []])
  })

  it('a restore after another one holds anew, and names what it found', async () => {
    const id = await draft()
    await start(id)
    await restore(id)
    expect(await restore(id, 3)).toEqual({ paused: [id], draft: [], cancelled: [] })
    const { held } = (await readCampaign(office.store.tables, id, office.time.now)) ?? {}
    expect(held).toMatchObject({ generation: 3, was: 'paused' })
  })
})
