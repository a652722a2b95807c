import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SSMClient } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type KeyPurpose, ssmKeys } from '../../../functions/platform/keyring.ts'
import { mintToken, openToken } from '../../../functions/platform/token.ts'
import { createFirstKeys, createKey, markKey } from '../../../infra/key-parameters.ts'
import { revoke } from '../../../infra/key-revocation.ts'
import { rotate } from '../../../infra/key-rotation.ts'
import { type Parameters, startParameters } from '../../../infra/local/services/parameters.ts'
import { type Fault, startWire, type Wire } from '../../support/e2e-wire.ts'
import { keyDesk, secretIn, statesOf, type TestDesk, valuesOf } from './key-desk.ts'

let directory: string
let parameters: Parameters
let wire: Wire
let ssm: SSMClient
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'assent-test-'))
  parameters = await startParameters(0, join(directory, 'parameters.json'))
  wire = await startWire(parameters.endpoint)
  const credentials = { accessKeyId: 'test', secretAccessKey: 'local' }
  // One attempt: what breaks stays broken, as when the laptop is closed.
  ssm = new SSMClient({ endpoint: wire.url, region: 'eu-north-1', credentials, maxAttempts: 1 })
})
afterAll(async () => {
  ssm.destroy()
  await wire.stop()
  await parameters.stop()
  await rm(directory, { recursive: true })
})

let stages = 0
let desk: TestDesk
beforeEach(async () => {
  wire.reset()
  stages += 1
  desk = keyDesk(ssm, `/assent/stage-${stages}/keys`)
  await createFirstKeys(ssm, desk.path, new Date())
  wire.reset()
})

const freshKeys = () => ssmKeys(ssm, desk.path, () => new Date())
const body = new Uint8Array(16)

describe('rotate', () => {
  test('SEC-03: the new key is current, the former one verifies, and its bytes are untouched', async () => {
    const before = await valuesOf(desk)
    expect(await rotate(desk, 'undo')).toEqual({ id: 2, former: [1] })
    expect(await statesOf(desk, 'undo')).toEqual(['1 verify', '2 current'])
    const after = await valuesOf(desk)
    const one = `${desk.path}/undo/1`
    expect(secretIn(after[one])).toBe(secretIn(before[one]))
    expect(secretIn(after[`${desk.path}/undo/2`])).not.toBe(secretIn(before[one]))
    expect(await statesOf(desk, 'session')).toEqual(['1 current'])
  })

  test('SEC-03: nothing is signed with a key before every function has had more than its minute to learn it', async () => {
    const puts: string[] = []
    desk.wait = async (ms) => {
      desk.waits.push(ms)
      puts.push(...(await statesOf(desk, 'session')))
    }
    await rotate(desk, 'session')
    expect(puts).toEqual(['1 current', '2 verify'])
    expect(desk.waits).toEqual([expect.any(Number)])
    expect(desk.waits[0]).toBeGreaterThan(70_000)
  })

  test('SEC-03: at once, it does not wait; but never for addresses and the ring', async () => {
    await rotate(desk, 'session', { atOnce: true })
    expect(desk.waits).toEqual([])
    expect(await statesOf(desk, 'session')).toEqual(['1 verify', '2 current'])
    for (const purpose of ['address', 'ring'] as const) {
      await expect(rotate(desk, purpose, { atOnce: true })).rejects.toThrow(/never rotated at once/)
      expect(await statesOf(desk, purpose)).toEqual(['1 current'])
    }
  })

  test('SEC-03: again and again, each earlier key still verifies', async () => {
    const tokens: string[] = []
    for (let id = 1; id <= 12; id++) {
      tokens.push(await mintToken(freshKeys(), 'unsubscribe', body))
      await rotate(desk, 'unsubscribe')
    }
    const keys = freshKeys()
    for (const [index, token] of tokens.entries()) {
      expect(Buffer.from(token, 'base64url')[1]).toBe(index + 1)
      expect(await openToken(keys, 'unsubscribe', token)).toMatchObject({
        kind: 'valid',
        keyRevoked: false,
      })
    }
  })

  const faults: Fault[] = ['unreachable', 'answer-lost']
  const steps = Array.from({ length: 7 }, (_, index) => index + 1)
  test.each(faults.flatMap((fault) => steps.map((nth) => [fault, nth] as const)))(
    'SEC-03: broken off (%s) at its call %i, there is a key that signs, and the next run goes on',
    async (fault, nth) => {
      const old = await mintToken(freshKeys(), 'confirm', body)
      wire.reset()
      wire.breaks((_, call) => (call >= nth ? fault : undefined))
      const broken = await rotate(desk, 'confirm').then(
        () => false,
        () => true,
      )
      expect(broken).toBe(wire.calls.length >= nth)
      wire.reset()
      const between = await mintToken(freshKeys(), 'confirm', body)
      const completed = (await statesOf(desk, 'confirm')).join() === '1 verify,2 current'
      desk.waits.length = 0
      await rotate(desk, 'confirm')
      expect(await statesOf(desk, 'confirm')).toEqual(
        completed ? ['1 verify', '2 verify', '3 current'] : ['1 verify', '2 current'],
      )
      for (const token of [old, between]) {
        expect(await openToken(freshKeys(), 'confirm', token)).toMatchObject({ kind: 'valid' })
      }
    },
  )

  test('SEC-03: a rotation that is taken up again waits only for what is left of the wait', async () => {
    await createKey(ssm, `${desk.path}/undo/2`, { state: 'verify', now: new Date() })
    desk.clock = () => new Date(Date.now() + 50_000)
    await rotate(desk, 'undo')
    expect(desk.waits[0]).toBeLessThan(25_500)
    expect(await statesOf(desk, 'undo')).toEqual(['1 verify', '2 current'])
  })

  test('SEC-03: a key that was revoked while it waited does not come back to life', async () => {
    desk.wait = async () => {
      await markKey(desk, `${desk.path}/undo/2`, { from: ['verify'], to: 'revoked' })
    }
    await expect(rotate(desk, 'undo')).rejects.toThrow(/undo\/2 is revoked by now/)
    expect(await statesOf(desk, 'undo')).toEqual(['1 current', '2 revoked'])
    desk.wait = async () => undefined
    await rotate(desk, 'undo')
    expect(await statesOf(desk, 'undo')).toEqual(['1 verify', '2 revoked', '3 current'])
  })

  test('SEC-03: two people at once make one new key, and one of them is told', async () => {
    const outcomes = await Promise.allSettled([rotate(desk, 'manage'), rotate(desk, 'manage')])
    const states = await statesOf(desk, 'manage')
    expect(states.filter((state) => state.endsWith('current'))).toHaveLength(1)
    expect(states.at(-1)).toMatch(/current$/)
    expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true)
  })

  test('SEC-03: a key number is one byte: after 255 none is added', async () => {
    await createKey(ssm, `${desk.path}/undo/255`, { state: 'current', now: new Date() })
    await markKey(desk, `${desk.path}/undo/1`, { from: ['current'], to: 'verify' })
    await expect(rotate(desk, 'undo')).rejects.toThrow('undo has 255 keys, and a key')
    expect(await statesOf(desk, 'undo')).toEqual(['1 verify', '255 current'])
  })

  test('SUPP-03: addresses have fewer, since each look-up tries them all', async () => {
    for (let id = 2; id <= 20; id++) await rotate(desk, 'address')
    await expect(rotate(desk, 'address')).rejects.toThrow(/no more can be added/)
    expect(await statesOf(desk, 'address')).toHaveLength(20)
  })

  test('a stage without keys is told to begin', async () => {
    const elsewhere = { ...desk, path: '/assent/nowhere/keys' }
    await expect(rotate(elsewhere, 'undo')).rejects.toThrow(/run "init" first, or name the stage/)
    expect(await valuesOf(elsewhere)).toEqual({})
  })

  test('init after a rotation changes nothing', async () => {
    await rotate(desk, 'undo')
    const before = await valuesOf(desk)
    const outcomes = await createFirstKeys(ssm, desk.path, new Date())
    expect(outcomes.some(({ created }) => created)).toBe(false)
    expect(await valuesOf(desk)).toEqual(before)
  })
})

describe('revoke', () => {
  test('SEC-03: a former key is marked; what it signed is known as such', async () => {
    const token = await mintToken(freshKeys(), 'unsubscribe', body)
    await rotate(desk, 'unsubscribe')
    await revoke(desk, { purpose: 'unsubscribe', id: 1 })
    expect(await statesOf(desk, 'unsubscribe')).toEqual(['1 revoked', '2 current'])
    expect(await openToken(freshKeys(), 'unsubscribe', token)).toMatchObject({
      kind: 'valid',
      keyRevoked: true,
    })
    await revoke(desk, { purpose: 'unsubscribe', id: 1 })
    expect(await statesOf(desk, 'unsubscribe')).toEqual(['1 revoked', '2 current'])
  })

  test('SEC-03: the key that signs is not revoked without a successor, and it says what to do', async () => {
    await expect(revoke(desk, { purpose: 'session', id: 1 })).rejects.toThrow(
      /"npm run keys -- rotate --purpose session" first/,
    )
    expect(await statesOf(desk, 'session')).toEqual(['1 current'])
    // A key that is only being made known is no successor yet.
    await createKey(ssm, `${desk.path}/session/2`, { state: 'verify', now: new Date() })
    await expect(revoke(desk, { purpose: 'session', id: 1 })).rejects.toThrow(/first/)
    expect(await statesOf(desk, 'session')).toEqual(['1 current', '2 verify'])
  })

  test('a key that is not there is not invented', async () => {
    await expect(revoke(desk, { purpose: 'undo', id: 7 })).rejects.toThrow(
      'undo has no key 7; it has: 1',
    )
  })

  test.each<[KeyPurpose, RegExp]>([
    ['address', /could no longer be found, and so be mailed again/],
    ['ref', /only it can recall them/],
  ])('SUPP-03: %s keys are never revoked, and it says why', async (purpose, reason) => {
    await rotate(desk, purpose)
    await expect(revoke(desk, { purpose, id: 1 })).rejects.toThrow(reason)
    expect(await statesOf(desk, purpose)).toEqual(['1 verify', '2 current'])
  })

  test('the key that the CDN may still send is revoked only once it is said to be deployed', async () => {
    await rotate(desk, 'origin')
    await expect(revoke(desk, { purpose: 'origin', id: 1 })).rejects.toThrow('npm run deploy')
    expect(await statesOf(desk, 'origin')).toEqual(['1 verify', '2 current'])
    await revoke(desk, { purpose: 'origin', id: 1, deployed: true })
    expect(await statesOf(desk, 'origin')).toEqual(['1 revoked', '2 current'])
  })

  test('SEC-03: a rotation after a revocation leaves the revoked key revoked', async () => {
    await rotate(desk, 'undo')
    await revoke(desk, { purpose: 'undo', id: 1 })
    await rotate(desk, 'undo')
    expect(await statesOf(desk, 'undo')).toEqual(['1 revoked', '2 verify', '3 current'])
  })
})

test('SEC-12: a parameter that is no key stops everything, and is named without its value', async () => {
  await createKey(ssm, `${desk.path}/undo/x`, { state: 'verify', now: new Date() })
  const secret = secretIn((await valuesOf(desk))[`${desk.path}/undo/x`])
  const outcome = await rotate(desk, 'undo').catch(String)
  expect(outcome).toContain(`${desk.path}/undo/x is not a key`)
  expect(outcome).not.toContain(secret)
})
