import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Outcome } from '../../../infra/local/lambda-worker.ts'
import { followStream } from '../../../infra/local/stream-poller.ts'
import { type LocalTables, startTables } from '../../support/local-cloud.ts'

let local: LocalTables
beforeAll(async () => {
  local = await startTables()
})
afterAll(() => local.stop())

type Told = {
  Records: {
    eventName: string
    eventSourceARN: string
    dynamodb: { Keys: { sk: { S: string } } }
  }[]
}
const entry = (sk: string) => ({ pk: { S: 'C#1' }, sk: { S: sk } })

describe('what changes in a table', () => {
  it('is handed over in its order and in batches, the same batch again until it is taken', async () => {
    const TableName = local.tables.ledger
    for (const sk of ['a', 'b', 'c']) {
      await local.dynamodb.send(new PutItemCommand({ TableName, Item: entry(sk) }))
    }
    await local.dynamodb.send(new DeleteItemCommand({ TableName, Key: entry('b') }))
    const streamArn = `arn:aws:dynamodb:eu-north-1:000000000000:table/${TableName}/stream/local`
    const batches: string[] = []
    let refusals = 1
    const { promise: all, resolve } = Promise.withResolvers<void>()
    const follower = followStream({
      dynamodb: local.dynamodb,
      mapping: { streamArn, table: TableName, functionName: 'f', batchSize: 3, windowSeconds: 0 },
      invoke: async (_, event): Promise<Outcome> => {
        const { Records } = event as Told
        expect(new Set(Records.map((each) => each.eventSourceARN))).toEqual(new Set([streamArn]))
        const told = Records.map((each) => `${each.eventName} ${each.dynamodb.Keys.sk.S}`).join()
        batches.push(told)
        if (refusals-- > 0) return { kind: 'error', errorType: 'Error', errorMessage: 'not now' }
        if (told.includes('REMOVE')) resolve()
        return { kind: 'result', value: null }
      },
      onFault: (error) => {
        throw error
      },
    })
    await all
    await follower.stop()
    const first = 'INSERT a,INSERT b,INSERT c'
    expect(batches).toEqual([first, first, 'REMOVE b'])
  })
})
