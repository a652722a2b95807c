import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { workOnPlan } from '../../../functions/campaign/plan.ts'
import { sendBatch } from '../../../functions/campaign/send.ts'
import { shardOf } from '../../../functions/contact/membership.ts'
import { type Left, openCampaignOffice } from './campaign-office.ts'

let office: Awaited<ReturnType<typeof openCampaignOffice>>
const people: { contactId: string; email: string }[] = []
const shards = () => [...new Set(people.map(({ contactId }) => shardOf(contactId)))]
const accept = () => {
  office.wire.mailer = async (mail) => office.accept(mail)
}

beforeAll(async () => {
  office = await openCampaignOffice()
  for (let n = 0; n < 4; n++) people.push(await office.add())
})
afterAll(() => office.store.stop())
beforeEach(() => {
  office.left.length = 0
  office.plans.length = 0
  office.sends.length = 0
  accept()
})

/**
 * A worker that dies at its n-th call, before the call or after it has worked, and does nothing more.
 * It also counts, so that every step there is gets its turn.
 */
function mortal(diesAt: number, works: boolean) {
  const life = { calls: 0, dead: false }
  async function step<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    if (life.dead) throw new Error('dead')
    life.calls += 1
    if (life.calls < diesAt) return call()
    life.dead = true
    if (works) await call()
    throw new Error('killed')
  }
  const { tables } = office.store
  const db = Object.create(tables.db) as DynamoDBClient
  db.send = ((command: never) => step(() => tables.db.send(command))) as typeof db.send
  const work: typeof office.work = {
    ...office.work,
    tables: { ...office.work.tables, db },
    mailer: (mail) => step(() => office.work.mailer(mail)),
    plan: (message) => step(() => office.work.plan(message)),
    send: (message) => step(() => office.work.send(message)),
    enqueue: (messages) => step(() => office.work.enqueue(messages)),
  }
  return { work, life }
}

const received = (mails: readonly Left[]) => mails.map(({ to }) => to).sort()
const everybody = () => people.map(({ email }) => email).sort()

/** All that the clock and the queues do for a campaign in the hours after. */
async function recover(): Promise<void> {
  for (let hour = 0; hour < 3; hour++) {
    await office.heard(office.left)
    await office.planAll()
    await office.sendAll()
    office.later(61)
    await workOnPlan(office.work, { kind: 'repair' })
  }
  await office.planAll()
  await office.sendAll()
}

describe.each([
  ['before a step has worked', false],
  ['after a step has worked', true],
] as const)('killed %s, and everything delivered again', (_, works) => {
  it('a worker that sends: nobody gets it twice, nobody is lost, and the totals add up', async () => {
    let steps = 0
    for (let survived = false; !survived; ) {
      steps += 1
      office.left.length = 0
      const id = await office.startWith(shards())
      await office.planAll()
      const message = await office.inOneBatch(id)
      const { work, life } = mortal(steps, works)
      await sendBatch(work, message).catch(() => {})
      survived = !life.dead
      await sendBatch(office.work, message).catch(() => {})
      await recover()
      expect(received(office.left), `killed at step ${steps}`).toEqual(everybody())
      expect(await office.stateOf(id), `killed at step ${steps}`).toBe('sent')
      for (const { contactId } of people) {
        expect(await office.messageOf(id, contactId)).toMatchObject({ state: 'sent' })
      }
    }
    // Fewer would mean that the worker was not killed where it does its work.
    expect(steps).toBeGreaterThan(9)
  }, 120_000)

  it.each([
    ['all of them', 1000, 6],
    ['the first of them, and hands on the others', 2, 8],
  ])(
    'a worker that plans %s: each person is planned once, whichever step it dies at',
    async (_, pageSize, fewest) => {
      office.work.pageSize = pageSize
      let steps = 0
      for (let survived = false; !survived; ) {
        steps += 1
        office.left.length = 0
        const id = await office.startWith(shards())
        const [start] = office.plans.splice(0)
        if (start === undefined) throw new Error('it was not started')
        await workOnPlan(office.work, start)
        const [first, ...others] = office.plans.splice(0)
        if (first === undefined) throw new Error('no shard is left')
        const { work, life } = mortal(steps, works)
        await workOnPlan(work, first).catch(() => {})
        survived = !life.dead
        office.plans.push(first, ...others)
        await recover()
        expect(received(office.left), `killed at step ${steps}`).toEqual(everybody())
        expect(await office.stateOf(id), `killed at step ${steps}`).toBe('sent')
      }
      office.work.pageSize = 1000
      expect(steps).toBeGreaterThan(fewest)
    },
    120_000,
  )
})

describe('a batch in doubt', () => {
  async function inDoubt(): Promise<string> {
    const id = await office.startWith(shards())
    await office.planAll()
    const message = await office.inOneBatch(id)
    office.wire.mailer = async (mail) => {
      office.accept(mail)
      throw new Error('the answer never came')
    }
    await expect(sendBatch(office.work, message)).rejects.toThrow('never came')
    accept()
    return id
  }
  const states = async (id: string) =>
    Promise.all(people.map(async ({ contactId }) => (await office.messageOf(id, contactId))?.state))

  it('of which some are known to have left: the others are unknown, for good', async () => {
    const id = await inDoubt()
    const [first, second] = office.left
    if (first === undefined || second === undefined) throw new Error('nothing left')
    await office.heard([first, second])
    office.later(59)
    await workOnPlan(office.work, { kind: 'repair' })
    expect((await states(id)).filter((state) => state === 'planned')).toHaveLength(2)
    office.later(2)
    await workOnPlan(office.work, { kind: 'repair' })
    expect((await states(id)).sort()).toEqual(['sent', 'sent', 'unknown', 'unknown'])
    await recover()
    expect(received(office.left)).toEqual(everybody())
    // What comes late is believed.
    expect(await states(id)).toEqual(['sent', 'sent', 'sent', 'sent'])
    expect(await office.stateOf(id)).toBe('sent')
  })

  it('of which none has left within the hour is sent again, to those who may still be mailed', async () => {
    const id = await office.startWith(shards())
    await office.planAll()
    const message = await office.inOneBatch(id)
    office.wire.mailer = () => Promise.reject(new Error('cut'))
    await expect(sendBatch(office.work, message)).rejects.toThrow('cut')
    accept()
    await sendBatch(office.work, message)
    expect(office.left).toEqual([])
    office.later(61)
    await workOnPlan(office.work, { kind: 'repair' })
    await office.sendAll()
    expect(received(office.left)).toEqual(everybody())
    expect(await states(id)).toEqual(['sent', 'sent', 'sent', 'sent'])
  })
})
