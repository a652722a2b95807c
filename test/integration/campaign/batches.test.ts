import { type DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { actOnCampaign } from '../../../functions/campaign/launch.ts'
import { workOnPlan } from '../../../functions/campaign/plan.ts'
import { sendBatch } from '../../../functions/campaign/send.ts'
import { shardOf } from '../../../functions/contact/membership.ts'
import { MailNotTakenError } from '../../../functions/platform/mailer.ts'
import type { SignedFiles } from '../../../functions/platform/signed-files.ts'
import { beginErasure, fulfilErasure } from '../../../functions/rights/erase.ts'
import { restrict } from '../../../functions/rights/restrict.ts'
import { unsubscribe } from '../../../functions/subscription/unsubscribe.ts'
import { openCampaignOffice } from './campaign-office.ts'

type Person = { contactId: string; email: string }
let office: Awaited<ReturnType<typeof openCampaignOffice>>
const people: Person[] = []

beforeAll(async () => {
  office = await openCampaignOffice()
  for (let n = 0; n < 50; n++) people.push(await office.add())
}, 60_000)
afterAll(() => office.store.stop())
beforeEach(() => {
  office.left.length = 0
  office.plans.length = 0
  office.sends.length = 0
  office.wire.mailer = async (mail) => office.accept(mail)
})

async function planned() {
  const id = await office.start()
  await office.planAll()
  return { id, message: await office.inOneBatch(id) }
}
const received = () => office.left.map(({ to }) => to).sort()
const without = (...gone: readonly (Person | undefined)[]) =>
  people
    .filter((person) => !gone.includes(person))
    .map(({ email }) => email)
    .sort()
async function tally(id: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { contactId } of people) {
    const state = String((await office.messageOf(id, contactId))?.state ?? 'none')
    counts[state] = (counts[state] ?? 0) + 1
  }
  return counts
}

describe('a batch of fifty', () => {
  it('leaves in one call', async () => {
    const { id, message } = await planned()
    let calls = 0
    office.wire.mailer = async (mail) => {
      calls += 1
      return office.accept(mail)
    }
    await sendBatch(office.work, message)
    expect(calls).toBe(1)
    expect(received()).toEqual(without())
    expect(await tally(id)).toEqual({ sent: 50 })
    expect(await office.stateOf(id)).toBe('sent')
  })

  it('of whom one is rejected by SES: that one has failed, with its reason, and the others got it', async () => {
    const { id, message } = await planned()
    const [, , unlucky] = people
    office.wire.mailer = async (mail) => {
      const to = mail.entries.findIndex((entry) => entry.to.address === unlucky?.email)
      const others = mail.entries.filter((_, index) => index !== to)
      const answers = office.accept({ ...mail, entries: others })
      return answers.toSpliced(to, 0, { kind: 'refused', because: 'MESSAGE_REJECTED' })
    }
    await sendBatch(office.work, message)
    expect(received()).toEqual(without(unlucky))
    expect(await tally(id)).toEqual({ sent: 49, failed: 1 })
    expect(await office.messageOf(id, unlucky?.contactId ?? '')).toMatchObject({
      state: 'failed',
      reason: 'MESSAGE_REJECTED',
    })
    expect(await office.stateOf(id)).toBe('sent')
  })

  it('of whom one’s mail is over a limit of SES: it has failed, and holds up none of the others', async () => {
    const { id, message } = await planned()
    // No text of an author differs between people, so a fault of ours is planted for one of them.
    let written = 0
    const faulty = {
      ...office.work,
      get origin() {
        written += 1
        return `https://choices.nordlys.example/${written === 3 ? 'x'.repeat(1000) : ''}`
      },
    }
    await sendBatch(faulty, message)
    expect(office.left).toHaveLength(49)
    expect(await tally(id)).toEqual({ sent: 49, failed: 1 })
    const [poison] = people.filter(({ email }) => !received().includes(email))
    expect(await office.messageOf(id, poison?.contactId ?? '')).toMatchObject({
      state: 'failed',
      reason: 'header-value',
    })
    expect(await office.batchesOf(id)).toEqual([])
    expect(await office.stateOf(id)).toBe('sent')
  })

  it('that is throttled half way: who got it does not get it again', async () => {
    const { id, message } = await planned()
    office.wire.mailer = async (mail) => [
      ...office.accept({ ...mail, entries: mail.entries.slice(0, 20) }),
      ...mail.entries.slice(20).map(() => ({ kind: 'not-now' as const })),
    ]
    await sendBatch(office.work, message)
    expect(await tally(id)).toEqual({ sent: 20, planned: 30 })
    office.wire.mailer = () => Promise.reject(new MailNotTakenError('throttled'))
    await expect(sendBatch(office.work, message)).rejects.toThrow(MailNotTakenError)
    office.wire.mailer = async (mail) => office.accept(mail)
    await office.sendAll()
    expect(received()).toEqual(without())
    expect(await tally(id)).toEqual({ sent: 50 })
  })
})

/** Within this worker's writing, when it has read everybody, something happens. */
function withinWriting(happening: () => Promise<unknown>): typeof office.work {
  let happened = false
  return {
    ...office.work,
    keys: async (purpose) => {
      if (!happened) {
        happened = true
        office.later(1)
        await happening()
      }
      return office.store.keys(purpose)
    },
  }
}

const withdraw = ({ contactId }: Person, campaign: string) =>
  unsubscribe(office.store, {
    token: { contactId, topic: 'newsletter', campaign, keyRevoked: false },
    scope: 'topic',
    method: 'one-click',
    now: office.time.now,
  })

describe('two workers that write the same batch', () => {
  it('one lets it leave, and the other hands nothing over', async () => {
    const { id, message } = await planned()
    await sendBatch(
      withinWriting(() => sendBatch(office.work, message)),
      message,
    )
    expect(received()).toEqual(without())
    expect(await tally(id)).toEqual({ sent: 50 })
  })
})

const act = (campaignId: string, what: 'pause' | 'cancel') =>
  actOnCampaign(office.work, 'kari', { campaignId, act: what })

describe('a campaign that is cancelled', () => {
  it('ends at once what has not left: no batch stays, and each message says so', async () => {
    const { id, message } = await planned()
    await act(id, 'cancel')
    await office.planAll()
    expect(await office.batchesOf(id)).toEqual([])
    await sendBatch(office.work, message)
    expect(received()).toEqual([])
    expect(await tally(id)).toEqual({ skipped: 50 })
    expect(await office.stateOf(id)).toBe('cancelled')
  })

  it('ends what a worker holds that has not let it leave', async () => {
    const { id, message } = await planned()
    let cancelled = false
    const keys: typeof office.work.keys = async (purpose) => {
      if (!cancelled) {
        cancelled = true
        await act(id, 'cancel')
        await office.planAll()
      }
      return office.store.keys(purpose)
    }
    await sendBatch({ ...office.work, keys }, message)
    expect(received()).toEqual([])
    expect(await tally(id)).toEqual({ skipped: 50 })
    expect(await office.messageOf(id, people[0]?.contactId ?? '')).toMatchObject({
      reason: 'cancelled',
    })
  })

  it('while a page of it is planned: what that page wrote ends, too', async () => {
    const shard = shardOf(people[0]?.contactId ?? '')
    const id = await office.startWith([shard])
    const { tables } = office.store
    const db = Object.create(tables.db) as DynamoDBClient
    db.send = (async (command: object) => {
      const answer = await tables.db.send(command as never)
      if (command instanceof TransactWriteItemsCommand) {
        await act(id, 'cancel')
        await office.planAll()
      }
      return answer
    }) as typeof db.send
    const planner = { ...office.work, tables: { ...office.work.tables, db } }
    office.plans.length = 0
    await workOnPlan(planner, { kind: 'walk', campaignId: id, shards: [shard] })
    expect(await office.batchesOf(id)).toEqual([])
    expect(await office.messageOf(id, people[0]?.contactId ?? '')).toMatchObject({
      state: 'skipped',
      reason: 'cancelled',
    })
  })

  it('waits for what is leaving, then ends it', async () => {
    const { id, message } = await planned()
    office.wire.mailer = () => Promise.reject(new Error('cut'))
    await expect(sendBatch(office.work, message)).rejects.toThrow('cut')
    await act(id, 'cancel')
    await office.planAll()
    expect(await office.batchesOf(id)).toHaveLength(1)
    office.later(61)
    await workOnPlan(office.work, { kind: 'repair' })
    expect(await office.batchesOf(id)).toEqual([])
    expect(await tally(id)).toEqual({ skipped: 50 })
  })
})

// Last, since these people are gone afterwards.
it('UNSUB-15: of two workers that write the same batch, one who does not know of a no hands nothing over', async () => {
  const { id, message } = await planned()
  const gone = people.pop()
  if (gone === undefined) throw new Error('nobody')
  const { tables } = office.store
  let transactions = 0
  const db = Object.create(tables.db) as DynamoDBClient
  db.send = (async (command: object) => {
    // The first stores who gets nothing, the second would let the others leave.
    if (command instanceof TransactWriteItemsCommand && ++transactions === 2)
      throw new Error('dead')
    return tables.db.send(command as never)
  }) as typeof db.send
  const dies = { ...office.work, tables: { ...office.work.tables, db } }
  const unaware = withinWriting(async () => {
    await withdraw(gone, id)
    await expect(sendBatch(dies, message)).rejects.toThrow('dead')
  })
  await sendBatch(unaware, message)
  expect(received()).toEqual([])
  await sendBatch(office.work, message)
  expect(received()).toEqual(without())
  expect(await tally(id)).toEqual({ sent: 49 })
  const told = await office.messageOf(id, gone.contactId)
  expect([told?.state, told?.sesId]).toEqual(['skipped', undefined])
})

it('UNSUB-15, RIGHT-10, RIGHT-11: of a batch, whoever withdrew, was restricted or erased since it was planned gets nothing', async () => {
  const { id, message } = await planned()
  const [withdrawn, restricted, erasing, erased] = people
  if (!withdrawn || !restricted || !erasing || !erased) throw new Error('too few people')
  const { store, time } = office
  await withdraw(withdrawn, id)
  await restrict(store, restricted.contactId, { lift: false, now: time.now })
  const begin = ({ contactId }: Person) =>
    beginErasure(store, contactId, { requests: async () => {}, now: time.now })
  await begin(erasing)
  const requestId = (await begin(erased))?.id ?? ''
  const noFiles = { list: async () => [] } as unknown as SignedFiles
  await fulfilErasure(
    store,
    { contactId: erased.contactId, requestId },
    { letters: async () => {}, files: noFiles, now: time.now },
  )
  // Killed just after SES has taken the others: of those who were skipped it is known all the same.
  office.wire.mailer = async (mail) => {
    office.accept(mail)
    throw new Error('killed')
  }
  await expect(sendBatch(office.work, message)).rejects.toThrow('killed')
  expect(received()).toEqual(without(withdrawn, restricted, erasing, erased))
  await office.heard(office.left.slice(0, 40))
  office.later(61)
  await workOnPlan(office.work, { kind: 'repair' })
  // Of who is being erased no message stays.
  expect(await tally(id)).toEqual({ skipped: 2, none: 2, sent: 40, unknown: 5 })
})
