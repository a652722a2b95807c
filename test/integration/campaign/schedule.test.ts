import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readCampaign } from '../../../functions/campaign/campaign-record.ts'
import { changeDraft, createDraft } from '../../../functions/campaign/draft.ts'
import { actOnCampaign, startCampaign } from '../../../functions/campaign/launch.ts'
import { workOnPlan } from '../../../functions/campaign/plan.ts'
import { scheduleCampaign, unschedule } from '../../../functions/campaign/schedule.ts'
import { readPartition } from '../../../functions/platform/table.ts'
import { openCampaignOffice } from './campaign-office.ts'

let office: Awaited<ReturnType<typeof openCampaignOffice>>
let person: { email: string }
beforeAll(async () => {
  office = await openCampaignOffice()
  person = await office.add()
})
afterAll(() => office.store.stop())
beforeEach(() => {
  office.time.now = new Date('2026-11-27T08:00:00.000Z')
  office.left.length = 0
  office.plans.length = 0
  office.account.domain = []
})

const schedule = { at: '2026-11-27T10:30', zone: 'Europe/Oslo' }
const set = (campaignId: string, over: Partial<typeof schedule> = {}) =>
  scheduleCampaign(office.work, 'kari', { campaignId, schedule: { ...schedule, ...over } })
const tick = () => workOnPlan(office.work, { kind: 'start-due' })
const due = async () => {
  const items: unknown[] = []
  const { db, main } = office.store.tables
  for await (const item of readPartition(db, main, 'K#due')) items.push(item)
  return items
}
const campaignOf = async (id: string) => readCampaign(office.store.tables, id, office.time.now)

describe('a campaign that starts by itself', () => {
  it('starts when the clocks of its zone show its time, once, and is sent', async () => {
    const id = await office.draft()
    expect(await set(id)).toEqual({
      kind: 'scheduled',
      startsAt: new Date('2026-11-27T09:30:00.000Z'),
    })
    office.later(89)
    await tick()
    expect(await office.stateOf(id)).toBe('scheduled')
    office.later(1)
    await Promise.all([tick(), tick()])
    expect(await office.stateOf(id)).toBe('planning')
    await tick()
    expect(office.plans.filter(({ kind }) => kind === 'start')).toHaveLength(1)
    expect(await due()).toEqual([])
    await office.planAll()
    await office.sendAll()
    expect(office.left.map(({ to }) => to)).toEqual([person.email])
    // SEC-13: in the name of who scheduled it.
    const acts = (await office.auditOf(id)).map(({ action, staff }) => `${action} by ${staff}`)
    expect(acts.toSorted()).toEqual([
      'campaign-created by kari',
      'campaign-schedule by kari',
      'campaign-start by kari',
    ])
  })

  it('cannot be changed, started or scheduled meanwhile', async () => {
    const id = await office.draft()
    await set(id)
    const wrong = { kind: 'wrong-state', state: 'scheduled' }
    expect(await changeDraft(office.work, id, { name: 'x' })).toMatchObject({ kind: 'not-a-draft' })
    expect(await startCampaign(office.work, 'kari', { campaignId: id })).toEqual(wrong)
    expect(await set(id)).toEqual(wrong)
    await unschedule(office.work, 'kari', { campaignId: id, act: 'unschedule' })
  })

  it('is a draft again once its schedule is cancelled, and gone for good when it is', async () => {
    const [first, second] = [await office.draft(), await office.draft()]
    await set(first)
    await set(second)
    expect(await due()).toHaveLength(2)
    const undo = { campaignId: first, act: 'unschedule' }
    expect(await unschedule(office.work, 'per', undo)).toEqual({ kind: 'done' })
    expect(await unschedule(office.work, 'per', undo)).toMatchObject({ kind: 'wrong-state' })
    await actOnCampaign(office.work, 'kari', { campaignId: second, act: 'cancel' })
    expect(await due()).toEqual([])
    office.later(200)
    await tick()
    expect([await office.stateOf(first), await office.stateOf(second)]).toEqual([
      'draft',
      'cancelled',
    ])
    expect(await campaignOf(first)).not.toHaveProperty('startsAt')
    expect(await changeDraft(office.work, first, { name: 'x' })).toEqual({ kind: 'changed' })
  })

  it.each([
    ['a time that is over', { at: '2026-11-27T09:00' }, 'not-ahead'],
    ['a time in a distant year', { at: '2029-11-27T09:00' }, 'not-ahead'],
    ['a time that no clock shows', { at: '2027-03-28T02:30' }, 'no-such-time'],
    ['a place that is none', { zone: 'Norway/Oslo' }, 'no-such-zone'],
  ])('is not scheduled for %s', async (_, over, because) => {
    const id = await office.draft()
    expect(await set(id, over)).toEqual({ kind: 'no-time', because })
    expect(await office.stateOf(id)).toBe('draft')
  })

  it('SEND-01: is not scheduled while it could not start', async () => {
    const id = await office.draft()
    office.account.domain = ['dkim-missing']
    expect(await set(id)).toEqual({ kind: 'not-startable', problems: ['dkim-missing'] })
    expect(await due()).toEqual([])
  })

  it('SEND-01: is a draft again, with the reason on record, when it must not start at its moment', async () => {
    const id = await office.draft()
    await set(id)
    office.account.domain = ['dmarc-missing']
    office.later(95)
    await tick()
    expect(await office.stateOf(id)).toBe('draft')
    expect(await due()).toEqual([])
    expect((await office.auditOf(id)).at(-1)).toMatchObject({
      action: 'campaign-not-started',
      details: { problems: ['dmarc-missing'] },
    })
    expect(office.plans).toEqual([])
  })

  it('SEND-01: waits while nothing is known of its domain, and starts once it is', async () => {
    const id = await office.draft()
    await set(id)
    office.account.domain = ['domain-not-checked']
    office.later(95)
    await tick()
    expect(await office.stateOf(id)).toBe('scheduled')
    office.account.domain = []
    office.later(5)
    await tick()
    expect(await office.stateOf(id)).toBe('planning')
  })
})

it('a duplicate is a new draft of the same texts, with a key of its own, and says where it is from', async () => {
  const source = await office.start()
  const campaign = await campaignOf(source)
  if (campaign === undefined) throw new Error('no such campaign')
  const { name, topic, variants } = campaign
  const made = await createDraft(office.work, 'per', { name, topic, variants, from: source })
  if (made.kind !== 'created') throw new Error(made.kind)
  const copy = await campaignOf(made.campaignId)
  expect(copy).toMatchObject({ name, topic, variants, state: 'draft', createdBy: 'per', links: [] })
  expect(copy?.startedAt).toBeUndefined()
  expect(copy).not.toHaveProperty('from')
  expect(copy?.key).not.toEqual(campaign.key)
  expect((await office.auditOf(made.campaignId))[0]).toMatchObject({ details: { from: source } })
})
