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
  return signedItems(caller, new URL(`${protocol}//${hostname}:${port}`), {
    table: store.tables.main,
    attributes: ['text', 'list', 'deep', 'ttl', 'absent'],
  })
}

describe('an item, read without the DynamoDB client', () => {
  test('is what was written of what was asked for, and nothing else', async () => {
    const key = { pk: 'K#00c0ffee00c0ffee', sk: 'K' }
    const wanted = {
      text: 'æøå 🌲',
      list: ['a', 1, true, null],
      deep: { n: -1.5, none: {} },
      ttl: 1,
    }
    const item = { ...key, ...wanted, secret: Uint8Array.of(1) }
    await store.tables.db.send(
      new PutItemCommand({ TableName: store.tables.main, Item: toItem(item) }),
    )
    expect(await (await reader())(key)).toEqual(wanted)
  })

  test('is undefined when there is none', async () => {
    expect(await (await reader())({ pk: 'K#0000000000000000', sk: 'K' })).toBeUndefined()
  })
})
