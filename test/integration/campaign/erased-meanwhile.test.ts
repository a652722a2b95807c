import { type DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { actOnCampaign } from '../../../functions/campaign/launch.ts'
import { workOnPlan } from '../../../functions/campaign/plan.ts'
import { readShards, sumOf } from '../../../functions/campaign/read-figures.ts'
import { shardOf } from '../../../functions/contact/membership.ts'
import { beginErasure, fulfilErasure } from '../../../functions/rights/erase.ts'
import { recount } from '../../../functions/tracking/recount.ts'
import { readRecount } from '../../../functions/tracking/recount-record.ts'
import { statisticsOf } from '../../../functions/tracking/statistics.ts'
import { memoryFiles } from '../../support/memory-files.ts'
import { openCampaignOffice } from './campaign-office.ts'

/** Somebody who is erased while a campaign is on its way to them. */
let office: Awaited<ReturnType<typeof openCampaignOffice>>
let reader: { contactId: string; email: string }
let id: string
beforeAll(async () => {
  office = await openCampaignOffice()
})
afterAll(() => office.store.stop())
beforeEach(async () => {
  office.left.length = 0
  reader = await office.add()
  id = await office.startWith([shardOf(reader.contactId)])
  office.plans.length = 0
})

/** All of it, or only what is done while they wait and that whatever was theirs is deleted. */
async function erase(): Promise<void> {
  const { now } = office.time
  const { contactId } = reader
  const request = await beginErasure(office.store, contactId, { requests: async () => {}, now })
  const message = { contactId, requestId: request?.id ?? '' }
  await fulfilErasure(office.store, message, {
    letters: async () => {},
    files: memoryFiles(),
    now,
  })
}

/** Plans the page that holds the reader, who is erased once it has read that they are a member. */
async function planWhileErased(): Promise<void> {
  const { tables } = office.store
  const db = Object.create(tables.db) as DynamoDBClient
  let erased = false
  db.send = (async (command: object) => {
    if (command instanceof TransactWriteItemsCommand && !erased) {
      erased = true
      await erase()
    }
    return tables.db.send(command as never)
  }) as typeof db.send
  const planner = { ...office.work, tables: { ...office.work.tables, db } }
  const shards = [shardOf(reader.contactId)]
  await workOnPlan(planner, { kind: 'walk', campaignId: id, shards })
  expect(await office.messageOf(id, reader.contactId)).toMatchObject({ state: 'planned' })
}

const figures = async () => {
  const of = async (kind: string) => sumOf(await readShards(office.store.tables, id, kind))
  return statisticsOf(await of('T#'), {}, {}).mails
}
async function expectGone(because: string): Promise<void> {
  expect(office.left.map(({ to }) => to)).not.toContain(reader.email)
  expect(await office.messageOf(id, reader.contactId)).toBeUndefined()
  expect(await office.batchesOf(id)).toEqual([])
  const { waiting, planned, sent, skipped, skippedBecause } = await figures()
  expect([waiting, sent + skipped, skippedBecause[because]]).toEqual([0, planned, 1])
  await recount({ ...office.work, log: { info: () => {}, fault: () => {} } }, id)
  expect(await readRecount(office.store.tables, id)).toMatchObject({ outcome: 'right' })
}

describe('RIGHT-11: a message that is planned while its person is being erased', () => {
  it('goes when its batch is sent', async () => {
    await planWhileErased()
    await office.sendAll()
    await expectGone('gone')
    expect(await office.stateOf(id)).toBe('sent')
  })

  it('goes when its campaign is cancelled', async () => {
    await planWhileErased()
    await actOnCampaign(office.work, 'kari', { campaignId: id, act: 'cancel' })
    await office.planAll()
    await expectGone('gone')
  })
})

it('RIGHT-11: a message that waited when its person was erased counts as waiting no more', async () => {
  await workOnPlan(office.work, {
    kind: 'walk',
    campaignId: id,
    shards: [shardOf(reader.contactId)],
  })
  await erase()
  await office.sendAll()
  await expectGone('gone')
})
