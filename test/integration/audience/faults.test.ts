import { setTimeout as wait } from 'node:timers/promises'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ExportMessage } from '../../../functions/audience/export-message.ts'
import { workOnExport } from '../../../functions/audience/export-worker.ts'
import type { KeySource } from '../../../functions/platform/keyring.ts'
import { fixedKeys } from '../../support/fixed-keys.ts'
import { interposeDynamoDb, losingTheAnswer } from '../../support/interposed-dynamodb.ts'
import { policyWith } from '../../support/policies.ts'
import { type Office, openOffice } from './office.ts'

const people = 90
let office: Office
let everybody: string[]
beforeAll(async () => {
  office = await openOffice()
  everybody = (await Promise.all(Array.from({ length: people }, () => office.add()))).sort()
})
afterAll(() => office.stop())
afterEach(() => office.queue.splice(0))

/** A worker whose database refuses the calls that `refuses` picks. */
function workerRefused(refuses: (command: string, input: string) => boolean) {
  const { config } = office.store.tables.db
  const db = new DynamoDBClient({
    endpoint: office.local.endpoints.dynamodb,
    region: config.region,
    credentials: config.credentials,
    maxAttempts: 1,
  })
  db.middlewareStack.add(
    (next, context) => async (args) => {
      if (refuses(context.commandName ?? '', JSON.stringify(args.input))) {
        throw new Error('the database is away')
      }
      return next(args)
    },
    { step: 'initialize' },
  )
  return { ...office.work, tables: { ...office.store.tables, db } }
}

async function expectEverybodyOnce(exportId: string): Promise<void> {
  const { contactIds, rows, manifest, sha256 } = await office.result(exportId)
  expect(contactIds).toEqual(everybody)
  expect(new Set(rows.map(({ email }) => email)).size).toBe(people)
  expect(rows).toHaveLength(people)
  expect(manifest).toMatchObject({ rows: people, sha256 })
  expect((await office.record(exportId)).file).toMatchObject({ rows: people, sha256 })
  expect(await office.audit(exportId)).toHaveLength(2)
}

const isFinalise = ({ kind }: ExportMessage) => kind === 'finalise'
const shardWithPeople = (message: ExportMessage) => message.kind === 'shard'

describe('an export counts everybody once', () => {
  it('when every message comes twice, the latest first', async () => {
    const id = await office.order()
    while (office.queue.length > 0) {
      const messages = office.queue.splice(0).reverse()
      for (const message of messages) {
        await office.take(message)
        await office.take(message)
      }
    }
    await expectEverybodyOnce(id)
    expect(await office.manifests(id)).toHaveLength(1)
  })

  it('when two workers do the same shard at the same time', async () => {
    const id = await office.order()
    await office.workOff(shardWithPeople)
    const shards = office.queue.splice(0)
    await Promise.all([...shards, ...shards].map((message) => office.take(message)))
    await office.workOff()
    await expectEverybodyOnce(id)
    const parts = (await office.keysOf(id)).filter((key) => key.includes('/shards/'))
    expect(parts).toHaveLength(2 * 64)
  })

  it('when two finalisers run at the same time', async () => {
    const id = await office.order()
    await office.workOff(isFinalise)
    const [finalise] = office.queue.splice(0)
    if (finalise === undefined) throw new Error('nothing to finalise')
    const ends = await Promise.allSettled([office.take(finalise), office.take(finalise)])
    expect(ends.some(({ status }) => status === 'fulfilled')).toBe(true)
    await office.take(finalise)
    await expectEverybodyOnce(id)
  })

  it('when a worker hangs in the middle of a shard and goes on after another took over', async () => {
    const id = await office.order()
    await office.workOff(shardWithPeople)
    const message = office.queue[0]
    if (message === undefined) throw new Error('no shard')
    let goOn = () => {}
    const pause = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const keys: KeySource = async (purpose) => {
      if (purpose === 'ring') await pause
      return fixedKeys(purpose)
    }
    const late = workOnExport({ ...office.work, keys }, message)
    await wait(50)
    await office.workOff(isFinalise)
    goOn()
    await late
    await office.workOff()
    await expectEverybodyOnce(id)
  })
})

describe('a worker that dies leaves the export to the next one', () => {
  it.each([
    ['while it reads its shard', (command: string) => command === 'BatchGetItemCommand'],
    [
      'after its files are written, before they are noted',
      (command: string, input: string) => command === 'PutItemCommand' && input.includes('"S#'),
    ],
  ])('%s', async (_, refuses) => {
    const id = await office.order()
    await office.workOff(shardWithPeople)
    const worker = workerRefused(refuses)
    const ends = await Promise.allSettled(
      office.queue.slice(0, 10).map((message) => workOnExport(worker, message)),
    )
    expect(ends.some(({ status }) => status === 'rejected')).toBe(true)
    expect((await office.record(id)).state).toBe('running')
    await office.workOff()
    await expectEverybodyOnce(id)
  })

  it('when the answer to noting its shard is lost, and the SDK asks again', async () => {
    const id = await office.order()
    await office.workOff(shardWithPeople)
    const wire = await interposeDynamoDb(office.local.endpoints.dynamodb)
    wire.next('PutItem', losingTheAnswer)
    const worker = { ...office.work, tables: { ...office.store.tables, db: wire.db } }
    const [message] = office.queue.splice(0, 1)
    if (message === undefined) throw new Error('no shard')
    await workOnExport(worker, message)
    expect(wire.calls().filter((call) => call === 'PutItem')).toHaveLength(2)
    await wire.stop()
    await office.workOff()
    await expectEverybodyOnce(id)
  })

  it('after its shard is noted, before it asks for the file to be put together', async () => {
    const id = await office.order()
    await office.workOff(shardWithPeople)
    const last = office.queue.pop()
    if (last === undefined) throw new Error('no shard')
    await office.workOff()
    const send = () => Promise.reject(new Error('the queue is away'))
    await expect(workOnExport({ ...office.work, send }, last)).rejects.toThrow('the queue is away')
    expect((await office.record(id)).state).toBe('running')
    await office.take(last)
    await office.workOff()
    await expectEverybodyOnce(id)
  })

  it('after the manifest, before the export is ready', async () => {
    const id = await office.order()
    await office.workOff(isFinalise)
    const [finalise] = office.queue
    if (finalise === undefined) throw new Error('nothing to finalise')
    const worker = workerRefused((command) => command === 'TransactWriteItemsCommand')
    await expect(workOnExport(worker, finalise)).rejects.toThrow('the database is away')
    expect((await office.record(id)).state).toBe('running')
    await office.workOff()
    await expectEverybodyOnce(id)
  })

  it('SEC-12 and no file at all appears while the change feed cannot be read', async () => {
    const id = await office.order()
    await office.workOff(isFinalise)
    const [finalise] = office.queue
    if (finalise === undefined) throw new Error('nothing to finalise')
    const worker = workerRefused(
      (command, input) => command === 'QueryCommand' && input.includes('"O#'),
    )
    await expect(workOnExport(worker, finalise)).rejects.toThrow('the database is away')
    expect(await office.manifests(id)).toEqual([])
    await office.workOff()
    await expectEverybodyOnce(id)
  })
})

describe('an export is given up', () => {
  it('EXP-01 when the policy stops declaring its recipient before the work is done', async () => {
    const id = await office.order()
    await office.workOff(shardWithPeople)
    const policy = policyWith((declared) => {
      delete declared.recipients.crm
    })
    for (const message of office.queue.splice(0)) {
      await workOnExport({ ...office.work, policy }, message)
    }
    expect((await office.record(id)).state).toBe('failed')
    await office.take({ kind: 'finalise', exportId: id })
    expect(await office.keysOf(id)).toEqual([])
  })

  it('and a message about one that is long gone does nothing', async () => {
    const exportId = '00000000-0000-7000-8000-000000000000'
    await office.take({ kind: 'shard', exportId, shard: '00' })
    await office.take({ kind: 'finalise', exportId })
    expect(await office.keysOf(exportId)).toEqual([])
  })
})
