import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  BatchWriteItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseBatch } from '../../../functions/campaign/batch-record.ts'
import { workOnPlan } from '../../../functions/campaign/plan.ts'
import { membershipPk } from '../../../functions/contact/membership.ts'
import { randomId } from '../../../functions/platform/id.ts'
import { toItem } from '../../../functions/platform/table.ts'
import { openCampaignOffice } from './campaign-office.ts'

let office: Awaited<ReturnType<typeof openCampaignOffice>>
beforeAll(async () => {
  office = await openCampaignOffice()
})
afterAll(() => office.store.stop())

/** Memberships alone: planning asks for no more. */
async function seed(shard: string, count: number): Promise<string[]> {
  const { db, main } = office.store.tables
  const ids = Array.from({ length: count }, () => randomId())
  const items = ids.map((sk) => ({
    PutRequest: {
      Item: toItem({
        pk: membershipPk('newsletter', shard),
        sk,
        sealed: new Uint8Array(40),
        language: 'nb',
        choice: {
          state: 'given',
          rank: '',
          basis: 'consent',
          at: '2026-11-20T08:00:00.000Z',
          noticeVersion: 1,
          ledgerId: randomId(),
        },
      }),
    },
  }))
  for (let start = 0; start < items.length; start += 25) {
    await db.send(
      new BatchWriteItemCommand({ RequestItems: { [main]: items.slice(start, start + 25) } }),
    )
  }
  return ids
}

it.each([
  ['50', 50, '01', [50], 1],
  ['51', 51, '02', [1, 50], 1],
  ['1000, a whole page', 1000, '03', Array.from({ length: 20 }, () => 50), 1],
  ['1001, a page and one', 1001, '04', [1, ...Array.from({ length: 20 }, () => 50)], 2],
] as const)(
  'a shard of %s is planned in full, each person in one batch',
  async (...row) => {
    const [, count, shard, sizes, pages] = row
    const ids = await seed(shard, count)
    const id = await office.startWith([shard])
    office.sends.length = 0
    await office.planAll()
    const batches = (await office.batchesOf(id)).map(parseBatch)
    expect(batches.map(({ contactIds }) => contactIds.length).sort((a, b) => a - b)).toEqual(sizes)
    expect(new Set(batches.map(({ batchId }) => batchId.split('#')[1])).size).toBe(pages)
    expect(batches.flatMap(({ contactIds }) => contactIds).sort()).toEqual(ids.sort())
    expect(office.sends).toHaveLength(batches.length)
    expect(await office.stateOf(id)).toBe('sending')
    for (const contactId of ids.slice(-3)) {
      expect(await office.messageOf(id, contactId)).toMatchObject({ contactId, state: 'planned' })
    }
  },
  60_000,
)

it('batches run across shards, so that only the last one of a page is not full', async () => {
  const ids = [...(await seed('11', 30)), ...(await seed('12', 45)), ...(await seed('13', 30))]
  const id = await office.startWith(['11', '12', '13'])
  office.sends.length = 0
  await office.planAll()
  const batches = (await office.batchesOf(id)).map(parseBatch)
  expect(batches.map(({ contactIds }) => contactIds.length).sort((a, b) => a - b)).toEqual([
    5, 50, 50,
  ])
  expect(batches.flatMap(({ contactIds }) => contactIds).sort()).toEqual(ids.sort())
})

it('what a page leaves over two walk on, and between them they find everybody once', async () => {
  const shards = ['21', '22', '23', '24', '25']
  const ids: string[] = []
  for (const shard of shards) ids.push(...(await seed(shard, 7)))
  const id = await office.startWith(shards)
  office.work.pageSize = 3
  let most = 0
  for (let next = office.plans.shift(); next !== undefined; next = office.plans.shift()) {
    await workOnPlan(office.work, next)
    most = Math.max(most, office.plans.length)
  }
  office.work.pageSize = 1000
  const planned = (await office.batchesOf(id)).flatMap((item) => parseBatch(item).contactIds)
  expect(planned.sort()).toEqual(ids.sort())
  expect(await office.stateOf(id)).toBe('sending')
  expect(most).toBeGreaterThan(2)
})

it.each([
  ['is on its way', false],
  ['is out', true],
])(
  'who joins after all is planned is in no page that comes again while it %s',
  async (_, isOut) => {
    const shard = isOut ? '32' : '31'
    await seed(shard, 2)
    const id = await office.startWith([shard])
    await office.planAll()
    if (isOut) await office.sendAll()
    expect(await office.stateOf(id)).toBe(isOut ? 'sent' : 'sending')
    const [joined = ''] = await seed(shard, 1)
    // It was taken up while the campaign was still being planned, and its worker was slow.
    const planner = slowPlanner()
    await workOnPlan(planner, { kind: 'walk', campaignId: id, shards: [shard] })
    expect(await office.messageOf(id, joined)).toBeUndefined()
    const left = (await office.batchesOf(id)).flatMap((item) => parseBatch(item).contactIds)
    expect(left).toHaveLength(isOut ? 0 : 2)
  },
)

/** One that has read the campaign before all of it was planned. */
function slowPlanner(): typeof office.work {
  const { tables } = office.store
  const db = Object.create(tables.db) as DynamoDBClient
  let reads = 0
  db.send = (async (command: object) => {
    const answer = (await tables.db.send(command as never)) as BatchGetItemCommandOutput
    if (!(command instanceof BatchGetItemCommand) || ++reads > 1) return answer
    const [[table, [campaign]]] = Object.entries(answer.Responses ?? {}) as [
      [string, [Record<string, AttributeValue>]],
    ]
    const earlier = { ...campaign, state: { S: 'planning' }, shards: { N: '0' } }
    return { ...answer, Responses: { [table]: [earlier] } }
  }) as typeof db.send
  return { ...office.work, tables: { ...office.work.tables, db } }
}
