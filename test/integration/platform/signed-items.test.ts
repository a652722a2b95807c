import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signedItems } from '../../../functions/platform/signed-items.ts'
import { toItem } from '../../../functions/platform/table.ts'
import { startContactStore } from '../../support/contact-store.ts'

let store: Awaited<ReturnType<typeof startContactStore>>
beforeAll(async () => {
  store = await startContactStore()
})
afterAll(() => store.stop())

async function reader(): Promise<ReturnType<typeof signedItems>> {
  const { config } = store.tables.db
  const { protocol, hostname, port } = (await config.endpoint?.()) ?? {}
  const region = await config.region()
  const { accessKeyId, secretAccessKey } = await config.credentials()
  const caller = { region, credentials: { accessKeyId, secretAccessKey } }
  return signedItems(caller, new URL(`${protocol}//${hostname}:${port}`), store.tables.main)
}

describe('an item, read without the DynamoDB client', () => {
  test('is what was written, whatever it holds', async () => {
    const key = { pk: 'K#00c0ffee00c0ffee', sk: 'K' }
    const item = { ...key, text: 'æøå 🌲', list: ['a', 1, true, null], deep: { n: -1.5, none: {} } }
    await store.tables.db.send(
      new PutItemCommand({ TableName: store.tables.main, Item: toItem(item) }),
    )
    expect(await (await reader())(key)).toEqual(item)
  })

  test('is undefined when there is none', async () => {
    expect(await (await reader())({ pk: 'K#0000000000000000', sk: 'K' })).toBeUndefined()
  })
})
