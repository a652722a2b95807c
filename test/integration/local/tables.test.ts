import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LocalTables, startTables } from '../../support/local-cloud.ts'

describe('tables for one test file', () => {
  let local: LocalTables
  let milliseconds: number

  beforeAll(async () => {
    const before = performance.now()
    local = await startTables()
    milliseconds = performance.now() - before
  })
  afterAll(() => local.stop())

  it('are there within a second, so that every file can have its own', () => {
    expect(milliseconds).toBeLessThan(1000)
  })

  it('have the keys that the templates give them', async () => {
    const describeTable = async (TableName: string) =>
      (await local.dynamodb.send(new DescribeTableCommand({ TableName }))).Table
    const main = await describeTable(local.tables.main)
    const keys = await describeTable(local.tables.keys)

    expect(main?.KeySchema).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ])
    expect(keys?.KeySchema).toEqual([{ AttributeName: 'pk', KeyType: 'HASH' }])
  })

  it('expire items by the attribute that the templates name', async () => {
    const { TimeToLiveDescription } = await local.dynamodb.send(
      new DescribeTimeToLiveCommand({ TableName: local.tables.main }),
    )

    expect(TimeToLiveDescription).toMatchObject({
      AttributeName: 'ttl',
      TimeToLiveStatus: 'ENABLED',
    })
  })

  it('have the stream that the templates give the ledger, and no other', async () => {
    const streamOf = async (TableName: string) =>
      (await local.dynamodb.send(new DescribeTableCommand({ TableName }))).Table
        ?.StreamSpecification

    expect(await streamOf(local.tables.ledger)).toMatchObject({
      StreamEnabled: true,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    })
    expect((await streamOf(local.tables.main))?.StreamEnabled ?? false).toBe(false)
  })

  it('are seen by no other file', async () => {
    const other = await startTables()
    const key = { pk: { S: 'C#1' }, sk: { S: 'C' } }
    await local.dynamodb.send(new PutItemCommand({ TableName: local.tables.main, Item: key }))
    const found = await other.dynamodb.send(
      new GetItemCommand({ TableName: other.tables.main, Key: key, ConsistentRead: true }),
    )
    await other.stop()

    expect(found.Item).toBeUndefined()
  })
})
