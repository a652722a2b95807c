import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keyPurposes, ssmKeys } from '../../../functions/platform/keyring.ts'
import { rewrapDataKeys } from '../../../infra/data-keys.ts'
import { revoke } from '../../../infra/key-revocation.ts'
import { rotate } from '../../../infra/key-rotation.ts'
import { policy } from '../../../policy.ts'
import { type LocalTables, startTables } from '../../support/local-cloud.ts'
import { someone } from '../../support/people.ts'
import { keyDesk, secretIn, statesOf, valuesOf } from './key-desk.ts'

const program = fileURLToPath(new URL('../../../infra/keys.ts', import.meta.url))

let local: LocalTables
let path: string
beforeAll(async () => {
  local = await startTables({ keys: true })
  path = local.env('subscriber-api').KEY_PATH ?? ''
})
afterAll(() => local?.stop())

type Ended = { code: number; stdout: string; stderr: string }
async function keys(...words: string[]): Promise<Ended> {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL_SSM: local.endpoints.parameters,
    AWS_ENDPOINT_URL_DYNAMODB: local.endpoints.dynamodb,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'local',
  }
  const stage = path.split('/')[2] ?? ''
  return promisify(execFile)(process.execPath, [program, ...words, '--stage', stage], { env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
  )
}

describe('npm run keys', () => {
  test('SEC-03: rotate and revoke, and list shows how it stands without a byte of a key', async () => {
    const desk = keyDesk(local.ssm, path)
    expect(await keys('rotate', '--purpose', 'session', '--at-once')).toMatchObject({ code: 0 })
    const revoked = await keys('revoke', '--purpose', 'session', '--id', '1')
    expect(revoked).toMatchObject({ code: 0, stdout: expect.stringContaining('within a minute') })
    expect(await statesOf(desk, 'session')).toEqual(['1 revoked', '2 current'])

    const { code, stdout } = await keys('list')
    expect(code).toBe(0)
    const today = new Date().toISOString().slice(0, 4)
    expect(stdout).toMatch(new RegExp(`^session +1 +revoked +${today}-.+ ${today}-.+$`, 'm'))
    expect(stdout).toMatch(/^session +2 +current/m)
    expect(stdout.match(/^\w+ +1 /gm)).toHaveLength(keyPurposes.length)
    expect(stdout).not.toMatch(/^!/m)
    for (const value of Object.values(await valuesOf(desk))) {
      expect(secretIn(value)).toHaveLength(43)
      for (const said of [stdout, revoked.stdout]) expect(said).not.toContain(secretIn(value))
    }
  })

  test('SEC-03: list names a rotation that was broken off', async () => {
    const desk = keyDesk(local.ssm, path)
    desk.wait = () => Promise.reject(new Error('the laptop was closed'))
    await expect(rotate(desk, 'network')).rejects.toThrow('the laptop was closed')
    expect((await keys('list')).stdout).toMatch(/^! a rotation of network was not finished/m)
    expect(await keys('rotate', '--purpose', 'network', '--at-once')).toMatchObject({ code: 0 })
    expect(await statesOf(desk, 'network')).toEqual(['1 verify', '2 current'])
  })

  test('SEC-03: a ring key is revoked when no data key is left under it, and not before', async () => {
    const ring = () => ssmKeys(local.ssm, path, () => new Date())
    const store = () => ({ tables: { db: local.dynamodb, ...local.tables }, policy, keys: ring() })
    const contactId = await someone(store())
    const desk = keyDesk(local.ssm, path)
    // The wait that the program would make is over: the rotation was a while ago.
    await rotate(desk, 'ring')
    desk.clock = () => new Date(Date.now() + 80_000)
    const dataKeys = { db: local.dynamodb, table: local.tables.keys }
    const first = { purpose: 'ring', id: 1 } as const
    await expect(revoke(desk, first)).rejects.toThrow(/--table/)
    await expect(revoke(desk, first, dataKeys)).rejects.toThrow(/rewrap --table .+ first/)
    expect(await statesOf(desk, 'ring')).toEqual(['1 verify', '2 current'])

    const counted = { rewrapped: 1, unchanged: 0, broken: [] }
    expect(await rewrapDataKeys(dataKeys, await ring()('ring'))).toEqual(counted)
    await revoke(desk, first, dataKeys)
    expect(await statesOf(desk, 'ring')).toEqual(['1 revoked', '2 current'])
    const { Item } = await local.dynamodb.send(
      new GetItemCommand({ TableName: local.tables.keys, Key: { pk: { S: `C#${contactId}` } } }),
    )
    expect(Item?.wrapped?.B?.[0]).toBe(2)
  })

  test.each<[string[], RegExp]>([
    [['rotate'], /--purpose must be one of: unsubscribe, undo/],
    [['rotate', '--purpose', 'sessions'], /--purpose must be one of/],
    [['rotate', '--purpose', 'session', '--id', '2'], /rotate takes no --id/],
    [['rotate', 'session'], /usage/],
    [['rotate', '--purpose', 'address', '--at-once'], /never rotated at once/],
    [['revoke', '--purpose', 'undo'], /--id must be the number of a key/],
    [['revoke', '--purpose', 'undo', '--id', '256'], /--id must be the number of a key/],
    [['revoke', '--purpose', 'undo', '--id', '01'], /--id must be the number of a key/],
    [['revoke', '--purpose', 'undo', '--id', '1'], /rotate --purpose undo" first/],
    [['revoke', '--id', '1'], /--purpose must be one of/],
    [['rewrap'], /--table/],
    [['list', '--purpose', 'undo'], /list takes no --purpose/],
    [['init', '--at-once'], /init takes no --at-once/],
    [['list', '--force'], /--force/],
    [['toString'], /usage/],
  ])('%j is refused in words, and changes nothing', async (words, reason) => {
    const desk = keyDesk(local.ssm, path)
    const before = await valuesOf(desk)
    expect(await keys(...words)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(reason),
    })
    expect(await valuesOf(desk)).toEqual(before)
  })
})
