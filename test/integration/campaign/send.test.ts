import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { actOnCampaign, startCampaign } from '../../../functions/campaign/launch.ts'
import { workOnPlan } from '../../../functions/campaign/plan.ts'
import { sendBatch } from '../../../functions/campaign/send.ts'
import { MailNotTakenError } from '../../../functions/platform/mailer.ts'
import { unsubscribe } from '../../../functions/subscription/unsubscribe.ts'
import { openCampaignOffice } from './campaign-office.ts'

let office: Awaited<ReturnType<typeof openCampaignOffice>>
let people: { contactId: string; email: string }[]
const emails = () => office.left.map(({ to }) => to).sort()
const expected = () => people.map(({ email }) => email).sort()

beforeAll(async () => {
  office = await openCampaignOffice()
  people = [
    await office.add(),
    await office.add({ language: 'en' }),
    await office.add({ given: ['newsletter', 'open-tracking', 'click-tracking'] }),
    await office.add({ language: 'de' }),
  ]
  await office.add({ given: ['events'] })
})
afterAll(() => office.store.stop())
beforeEach(() => {
  office.left.length = 0
  office.plans.length = 0
  office.sends.length = 0
  office.wire.mailer = async (mail) => office.accept(mail)
})

const act = (campaignId: string, what: 'pause' | 'resume' | 'cancel') =>
  actOnCampaign(office.work, 'kari', { campaignId, act: what })

describe('a campaign', () => {
  it('goes once to everybody of its topic, in their language, and is sent', async () => {
    const id = await office.start()
    await office.planAll()
    expect(await office.stateOf(id)).toBe('sending')
    await office.sendAll()
    expect(emails()).toEqual(expected())
    expect(await office.stateOf(id)).toBe('sent')
    const subjectOf = (email: string | undefined) =>
      office.left.find(({ to }) => to === email)?.subject
    expect(people.map(({ email }) => subjectOf(email))).toEqual(['Hei', 'Hello', 'Hei', 'Hei'])
    // SEND-03
    for (const { contactId } of people) {
      expect(await office.messageOf(id, contactId)).toMatchObject({
        state: 'sent',
        sesId: expect.any(String),
        ledgerId: expect.any(String),
      })
    }
  })

  it('TRACK-01: counts only those who allowed it', async () => {
    await office.start()
    await office.planAll()
    await office.sendAll()
    const counted = office.left.filter(({ html }) => /\/c\/|\/o\//.test(html))
    expect(counted.map(({ to }) => to)).toEqual([people[2]?.email])
    expect(counted[0]?.html).toMatch(/\/o\/[\w-]{40}\.gif/)
  })

  it('is started once, and not changed afterwards', async () => {
    const id = await office.start()
    expect(await act(id, 'resume')).toEqual({ kind: 'wrong-state', state: 'planning' })
    await act(id, 'cancel')
    await office.planAll()
    await office.sendAll()
    expect(emails()).toEqual([])
  })
})

describe('nobody gets it twice and nobody is lost', () => {
  it('when planning is done twice over, and each batch is on the queue twice', async () => {
    const id = await office.start()
    const [first] = office.plans
    await office.planAll()
    if (first !== undefined) office.plans.push(first)
    for (const shard of Array.from({ length: 64 }, (_, n) => String(n).padStart(2, '0'))) {
      office.plans.push({ kind: 'walk', campaignId: id, shards: [shard] })
    }
    await office.planAll()
    await office.sendAll()
    expect(emails()).toEqual(expected())
  })

  it('when a planner dies before its batches are on the queue', async () => {
    const id = await office.start()
    const [start] = office.plans.splice(0)
    if (start !== undefined) await workOnPlan(office.work, start)
    const walks = [...office.plans]
    const dead = { ...office.work, enqueue: () => Promise.reject(new Error('killed')) }
    for (const message of walks.splice(0)) {
      await workOnPlan(dead, message).catch(() => {})
    }
    expect(office.sends).toEqual([])
    expect(await office.stateOf(id)).toBe('planning')
    await office.planAll()
    await office.sendAll()
    expect(emails()).toEqual(expected())
    expect(await office.stateOf(id)).toBe('sent')
  })

  it('when SES says no to a whole batch: it leaves later', async () => {
    await office.start()
    await office.planAll()
    const again = [...office.sends]
    office.wire.mailer = () => Promise.reject(new MailNotTakenError('no'))
    for (const message of office.sends.splice(0)) {
      await expect(sendBatch(office.work, message)).rejects.toThrow(MailNotTakenError)
    }
    office.wire.mailer = async (mail) => office.accept(mail)
    office.sends.push(...again)
    await office.sendAll()
    expect(emails()).toEqual(expected())
  })

  it('when a worker dies before SES was reached, and no event comes within the hour: it is sent again', async () => {
    const id = await office.start()
    await office.planAll()
    office.wire.mailer = () => Promise.reject(new Error('killed'))
    for (const message of office.sends.splice(0))
      await sendBatch(office.work, message).catch(() => {})
    office.wire.mailer = async (mail) => office.accept(mail)
    office.later(59)
    await workOnPlan(office.work, { kind: 'repair' })
    await office.sendAll()
    expect(emails()).toEqual([])
    office.later(2)
    await workOnPlan(office.work, { kind: 'repair' })
    await office.sendAll()
    expect(emails()).toEqual(expected())
    expect(await office.stateOf(id)).toBe('sent')
  })

  it('when SES takes some now and some not yet', async () => {
    const id = await office.start()
    await office.planAll()
    let refused = false
    office.wire.mailer = async (mail) => {
      if (refused) return office.accept(mail)
      refused = true
      return mail.entries.map(() => ({ kind: 'not-now' as const }))
    }
    await office.sendAll()
    expect(emails()).toEqual(expected())
    expect(await office.stateOf(id)).toBe('sent')
  })
})

describe('a pause', () => {
  it('holds what is on the queue, and resuming lets it go', async () => {
    const id = await office.start()
    await office.planAll()
    await act(id, 'pause')
    await office.sendAll()
    expect(emails()).toEqual([])
    await act(id, 'resume')
    await office.planAll()
    await office.sendAll()
    expect(emails()).toEqual(expected())
  })

  it('holds within a batch that is being written', async () => {
    const id = await office.start()
    await office.planAll()
    let paused = false
    const keys: typeof office.work.keys = async (purpose) => {
      if (!paused && purpose === 'ring') {
        paused = true
        await act(id, 'pause')
      }
      return office.store.keys(purpose)
    }
    for (const message of office.sends.splice(0)) await sendBatch({ ...office.work, keys }, message)
    expect(emails()).toEqual([])
  })
})

describe('SEND-01: a campaign', () => {
  afterEach(() => {
    office.account.domain = []
  })

  it.each(['dkim-missing', 'dmarc-missing', 'domain-not-verified', 'domain-not-checked'] as const)(
    'does not start while its domain is %s, and nothing of it has changed',
    async (problem) => {
      const id = await office.draft()
      office.account.domain = [problem]
      const refused = { kind: 'not-startable', problems: [problem] }
      expect(await startCampaign(office.work, 'kari', { campaignId: id })).toEqual(refused)
      expect(await office.stateOf(id)).toBe('draft')
      expect(office.plans).toEqual([])
      office.account.domain = []
      expect(await startCampaign(office.work, 'kari', { campaignId: id })).toEqual({ kind: 'done' })
    },
  )
})

describe('while SES lets the account send nothing', () => {
  const open = { enabled: true, perSecond: 10_000, perDay: 1e9, sentToday: 0 }
  afterEach(() => {
    office.account.quota = async () => open
  })

  it.each([
    ['it is paused', { ...open, enabled: false }],
    ['the day is used up', { ...open, perDay: 200, sentToday: 199 }],
  ])('since %s, batches wait on the queue, once each, and leave afterwards', async (_, quota) => {
    const id = await office.start()
    await office.planAll()
    const waiting = [...office.sends]
    office.account.quota = async () => quota
    for (let hour = 0; hour < 3; hour++) {
      for (const message of office.sends.splice(0)) await sendBatch(office.work, message)
      expect(office.sends).toEqual(waiting)
      office.later(59)
      await workOnPlan(office.work, { kind: 'repair' })
    }
    expect(emails()).toEqual([])
    office.account.quota = async () => open
    await office.sendAll()
    expect(emails()).toEqual(expected())
    expect(await office.stateOf(id)).toBe('sent')
  })

  it('or does not say how much, nothing leaves and nothing is lost', async () => {
    await office.start()
    await office.planAll()
    const waiting = [...office.sends]
    office.account.quota = () => Promise.reject(new Error('SES answered 500'))
    for (const message of office.sends.splice(0)) {
      await expect(sendBatch(office.work, message)).rejects.toThrow('SES answered 500')
    }
    office.account.quota = async () => open
    office.sends.push(...waiting)
    await office.sendAll()
    expect(emails()).toEqual(expected())
  })
})

it('UNSUB-15: whoever stops between planning and sending gets nothing, and the others get it', async () => {
  const id = await office.start()
  await office.planAll()
  const [gone] = people
  if (gone === undefined) throw new Error('nobody')
  const { contactId } = gone
  await unsubscribe(office.store, {
    token: { contactId, topic: 'newsletter', campaign: id, keyRevoked: false },
    scope: 'topic',
    method: 'one-click',
    now: office.time.now,
  })
  await office.sendAll()
  expect(emails()).toEqual(expected().filter((email) => email !== gone.email))
  expect(await office.messageOf(id, contactId)).toMatchObject({ state: 'skipped' })
  expect(await office.stateOf(id)).toBe('sent')
})
