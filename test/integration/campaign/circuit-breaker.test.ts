import { parse } from 'valibot'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readCampaign } from '../../../functions/campaign/campaign-record.ts'
import { noteMailEvent } from '../../../functions/campaign/delivery.ts'
import { addition, totalsKey } from '../../../functions/campaign/figures-record.ts'
import { actOnCampaign } from '../../../functions/campaign/launch.ts'
import { mailEvent } from '../../../functions/campaign/mail-event.ts'
import { messageIdOf } from '../../../functions/campaign/message-record.ts'
import { transact } from '../../../functions/platform/table.ts'
import { bounceDetail, complaintDetail, sesEventBody } from '../../support/ses-events.ts'
import { openCampaignOffice } from './campaign-office.ts'

/** A campaign of which many say that it is spam, while it is on its way. */
let office: Awaited<ReturnType<typeof openCampaignOffice>>
const people: { contactId: string; email: string }[] = []
let told: ('warned' | 'paused')[]
let id: string

beforeAll(async () => {
  office = await openCampaignOffice()
  // Each is a batch of their own, so that a part can be sent.
  office.work.pageSize = 1
  for (let n = 0; n < 14; n++) people.push(await office.add())
})
afterAll(() => office.store.stop())
beforeEach(async () => {
  office.left.length = 0
  office.sends.length = 0
  told = []
  id = await office.start()
  await office.planAll()
})

/** All but the last batches leave; and as many mails to others are counted with them. */
async function sentBut(waiting: number, others: number): Promise<void> {
  const kept = office.sends.splice(0, waiting)
  await office.sendAll()
  office.sends.push(...kept)
  await counted({ 'mail:delivered': others })
}
async function counted(figures: Record<string, number>): Promise<void> {
  const { db, main } = office.store.tables
  await transact(db, addition(main, totalsKey(id, 3), { figures, ttl: 2_000_000_000 }))
}
const campaign = async () => (await readCampaign(office.store.tables, id, office.time.now))!
async function tell(person: { contactId: string }, type: 'Bounce' | 'Complaint', over = {}) {
  const at = office.time.now
  const email = 'nobody-of-ours@example.org'
  const detail = { ...complaintDetail(email, at), ...bounceDetail(email, at, over) }
  const message = messageIdOf((await campaign()).key, person.contactId)
  const body = sesEventBody({
    type,
    email,
    at,
    detail,
    tags: { campaign: [id], message: [message] },
  })
  await noteMailEvent(
    {
      ...office.store,
      clock: () => office.time.now,
      log: { info: () => {}, fault: () => {} },
      lost: () => {},
      rejected: (what) => void told.push(what),
    },
    parse(mailEvent, body),
  )
}
/** Readers whose mail has left. */
const reached = () => people.filter(({ email }) => office.left.some(({ to }) => to === email))
const resume = (overrides?: 'complaints' | 'bounces') =>
  actOnCampaign(office.work, 'kari', { campaignId: id, act: 'resume', overrides })
const auditOf = async (action: string) =>
  (await office.auditOf(id)).filter((item) => item.action === action)

describe('SEND-06 a campaign that is rejected', () => {
  it('pauses itself at the third complaint of a thousand, and nothing leaves after it', async () => {
    await sentBut(2, 900)
    const [first, second, third] = reached()
    await tell(first!, 'Complaint')
    await tell(second!, 'Complaint')
    expect([await office.stateOf(id), told]).toEqual(['sending', []])
    await tell(third!, 'Complaint')
    const left = office.left.length
    const of = 900 + left
    expect(await campaign()).toMatchObject({
      state: 'paused',
      stopped: { for: 'complaints', count: 3, of, at: office.time.now.toISOString() },
    })
    expect(told).toEqual(['paused'])
    await office.sendAll()
    expect(office.left).toHaveLength(left)
    expect(await auditOf('campaign-pause')).toEqual([
      expect.objectContaining({
        staff: 'system',
        details: { for: 'complaints', count: 3, of, rate: 3 / of },
      }),
    ])
  })

  it('holds a batch that is being written when the third complaint comes', async () => {
    await sentBut(1, 900)
    const [first, second, third] = reached()
    await tell(first!, 'Complaint')
    await tell(second!, 'Complaint')
    const left = office.left.length
    const { keys } = office.work
    let once = false
    office.work.keys = async (purpose) => {
      if (!once) await tell(third!, 'Complaint')
      once = true
      return keys(purpose)
    }
    await office.sendAll()
    office.work.keys = keys
    expect([office.left.length, await office.stateOf(id)]).toEqual([left, 'paused'])
  })

  it('is not paused by one complaint that is told many times, also at the same moment', async () => {
    await sentBut(1, 900)
    const [first, second] = reached()
    await Promise.all(Array.from({ length: 6 }, () => tell(first!, 'Complaint')))
    await tell(second!, 'Complaint')
    await tell(first!, 'Complaint')
    expect([await office.stateOf(id), told]).toEqual(['sending', []])
  })

  it('is paused once by complaints that come together', async () => {
    await sentBut(1, 900)
    await Promise.all(
      reached()
        .slice(0, 6)
        .map((person) => tell(person, 'Complaint')),
    )
    expect([await office.stateOf(id), told]).toEqual(['paused', ['paused']])
    expect(await auditOf('campaign-pause')).toHaveLength(1)
  })

  it('is paused by a complaint told again, where the worker died before it could', async () => {
    await sentBut(1, 900)
    const [first] = reached()
    await tell(first!, 'Complaint')
    // Two more were counted, and the worker died.
    await counted({ 'mail:complained': 2 })
    await tell(first!, 'Complaint')
    expect(await office.stateOf(id)).toBe('paused')
  })

  it('warns from a tenth of a per cent on, and goes on', async () => {
    await sentBut(1, 2000)
    for (const person of reached().slice(0, 3)) await tell(person, 'Complaint')
    expect([await office.stateOf(id), told]).toEqual(['sending', ['warned']])
  })

  it('pauses itself at a tenth of mailboxes that are gone; those that are full say nothing', async () => {
    await sentBut(1, 90)
    for (const person of reached()) await tell(person, 'Bounce', { bounceType: 'Transient' })
    expect(await office.stateOf(id)).toBe('sending')
    for (const person of reached()) await tell(person, 'Bounce')
    expect(await campaign()).toMatchObject({ state: 'paused', stopped: { for: 'bounces' } })
    expect(told).toContain('warned')
  })

  it('is resumed only by who says which rate they let pass; then it goes on until there are as many again', async () => {
    await sentBut(2, 900)
    const [first, second, third, ...others] = reached()
    const of = 900 + office.left.length
    for (const person of [first, second, third]) await tell(person!, 'Complaint')
    expect(await resume()).toMatchObject({ kind: 'stopped', stopped: { for: 'complaints' } })
    expect(await resume('bounces')).toMatchObject({ kind: 'stopped' })
    expect(await resume('complaints')).toEqual({ kind: 'done' })
    expect(await auditOf('campaign-resume')).toEqual([
      expect.objectContaining({
        staff: 'kari',
        details: { overrides: 'complaints', count: 3, of, rate: 3 / of },
      }),
    ])
    expect((await campaign()).stopped).toBeUndefined()
    await tell(third!, 'Complaint')
    await tell(others[0]!, 'Complaint')
    expect(await office.stateOf(id)).toBe('sending')
    await tell(others[1]!, 'Complaint')
    await tell(others[2]!, 'Complaint')
    expect(await campaign()).toMatchObject({ state: 'paused', stopped: { count: 6 } })
    expect(await resume('complaints')).toEqual({ kind: 'done' })
    await office.planAll()
    await office.sendAll()
    expect(office.left).toHaveLength(people.length)
    expect(await office.stateOf(id)).toBe('sent')
  })

  it('has nothing to pause once all of it has left', async () => {
    await sentBut(0, 900)
    for (const person of reached().slice(0, 3)) await tell(person, 'Complaint')
    expect([await office.stateOf(id), told]).toEqual(['sent', []])
  })
})
