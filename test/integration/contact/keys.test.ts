import { PutParameterCommand } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KeyError, keyPurposes, ssmKeys } from '../../../functions/platform/keyring.ts'
import { sessionToken } from '../../../functions/platform/token-bodies.ts'
import { dawn, later } from '../../support/acts.ts'
import { countingBytes } from '../../support/fixed-keys.ts'
import { type LocalTables, startTables } from '../../support/local-cloud.ts'

let cloud: LocalTables
beforeAll(async () => {
  cloud = await startTables({ keys: true })
})
afterAll(() => cloud.stop())

const text = (first: number): string => Buffer.from(countingBytes(first)).toString('base64url')
const put = (name: string, value: unknown, overwrite = false) =>
  cloud.ssm.send(
    new PutParameterCommand({
      Name: name,
      Type: 'SecureString',
      Value: typeof value === 'string' ? value : JSON.stringify(value),
      Overwrite: overwrite,
    }),
  )

describe('keys from the parameter store', () => {
  test('SEC-02: init made an independent 256-bit key for every purpose', async () => {
    const path = cloud.env('subscriber-api').KEY_PATH ?? ''
    const keys = ssmKeys(cloud.ssm, path, () => dawn)
    const all = await Promise.all(keyPurposes.map((purpose) => keys(purpose)))
    expect(all.map((of) => of.map(({ id, state, bytes }) => [id, state, bytes.length]))).toEqual(
      keyPurposes.map(() => [[1, 'current', 32]]),
    )
    const texts = all.flat().map(({ bytes }) => Buffer.from(bytes).toString('hex'))
    expect(new Set(texts).size).toBe(keyPurposes.length)
  })

  test('SEC-03: they come by number, the oldest first, also when there are more than a page of them', async () => {
    for (const id of [2, 10, 1, 9, 11, 3, 4, 5, 6, 7, 8, 255]) {
      await put(`/many/session/${id}`, { key: text(id), state: id < 255 ? 'verify' : 'current' })
    }
    const keys = await ssmKeys(cloud.ssm, '/many', () => dawn)('session')
    expect(keys.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255])
    expect(keys[1]?.bytes).toEqual(Buffer.from(countingBytes(2)))
  })

  test('SEC-03: a revocation is seen within a minute', async () => {
    let now = dawn
    const keys = ssmKeys(cloud.ssm, '/leaked', () => now)
    await put('/leaked/session/1', { key: text(1), state: 'current' })
    const claims = {
      contactId: '01234567-89ab-4def-8123-456789abcdef',
      generation: 0,
      expires: later(3_600_000),
      nonce: '0102030405060708',
    }
    const token = await sessionToken.mint(keys, claims)
    await put('/leaked/session/1', { key: text(1), state: 'revoked' }, true)
    now = later(59_999)
    expect(await sessionToken.open(keys, token, now)).toEqual(claims)
    now = later(60_000)
    expect(await sessionToken.open(keys, token, now)).toBeUndefined()
  })

  test('SEC-12: a purpose without keys has none, and nothing can be signed for it', async () => {
    const keys = ssmKeys(cloud.ssm, '/empty', () => dawn)
    expect(await keys('session')).toEqual([])
    const claims = {
      contactId: '01234567-89ab-4def-8123-456789abcdef',
      generation: 0,
      expires: dawn,
      nonce: '0102030405060708',
    }
    await expect(sessionToken.mint(keys, claims)).rejects.toThrow(KeyError)
  })

  test.each<[string, string, unknown]>([
    ['a key of 31 bytes', '1', { key: text(1).slice(0, -2), state: 'current' }],
    ['another alphabet', '1', { key: `${'+'.repeat(43)}`, state: 'current' }],
    ['an unknown state', '1', { key: text(1), state: 'retired' }],
    ['text that is not JSON', '1', 'key'],
    ['a number that does not fit a byte', '256', { key: text(1), state: 'current' }],
    ['the number nought', '0', { key: text(1), state: 'current' }],
    ['a name that is no number', 'one', { key: text(1), state: 'current' }],
    ['a number in another notation', '0x1', { key: text(1), state: 'current' }],
  ])('SEC-12: %s is an error, and no key is guessed', async (title, id, value) => {
    const path = `/bad/${title.replaceAll(' ', '-')}`
    await put(`${path}/session/${id}`, value)
    const keys = ssmKeys(cloud.ssm, path, () => dawn)
    await expect(keys('session')).rejects.toThrow(KeyError)
    await expect(keys('session')).rejects.not.toThrow(text(1))
  })

  test('SEC-12: a failed reading is not remembered', async () => {
    const path = '/mended'
    await put(`${path}/session/1`, 'broken')
    const keys = ssmKeys(cloud.ssm, path, () => dawn)
    await expect(keys('session')).rejects.toThrow(KeyError)
    await put(`${path}/session/1`, { key: text(1), state: 'current' }, true)
    expect(await keys('session')).toHaveLength(1)
  })
})
