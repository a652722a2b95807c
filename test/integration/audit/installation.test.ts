import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { findInstallation, localClients } from '../../../infra/audit/installation.ts'
import { readSettings } from '../../../infra/settings.ts'
import { audited } from '../../support/audited.ts'
import { type LocalTables, startTables } from '../../support/local-cloud.ts'

let local: LocalTables
beforeAll(async () => {
  // In a database that other test files share, the tables have other names.
  vi.stubEnv('DYNAMODB_ENDPOINT', undefined)
  local = await startTables({ messaging: true, keys: true })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await local.stop()
})

const settingsOf = (stage: string) =>
  readSettings({ tryGetContext: (key) => (key === 'stage' ? stage : undefined) })

describe('where the audit finds an installation', () => {
  test('its tables, bucket and keys, by the names that its stacks give them', async () => {
    const { store, files } = await findInstallation(local, settingsOf('local'))
    const { main, ledger, keys } = store.tables
    expect({ main, ledger, keys }).toEqual(local.tables)
    expect(files?.bucket).toBe(local.env('export-audience').EXPORT_BUCKET)
    expect(await store.keys('ring')).toHaveLength(1)
    expect(await audited(store)).toMatchObject({ clean: true })
  })

  test('a stage without keys or tables is an error, and not an empty, healthy one', async () => {
    await expect(findInstallation(local, settingsOf('elsewhere'))).rejects.toThrow(
      'No keys in /assent/elsewhere/keys',
    )
  })

  test('of two that could be meant it takes neither', async () => {
    const { files } = await findInstallation(local, settingsOf('local'))
    await local.s3.send(new CreateBucketCommand({ Bucket: `${files?.bucket}-old` }))
    await expect(findInstallation(local, settingsOf('local'))).rejects.toThrow('Which one')
  })

  test('without S3 the exports are judged by their items', async () => {
    const nowhere = localClients(9, 'eu-north-1')
    const { files } = await findInstallation({ ...local, s3: nowhere.s3 }, settingsOf('local'))
    expect(files).toBeUndefined()
    for (const client of Object.values(nowhere)) client.destroy()
  })
})
