import { describe, expect, test } from 'vitest'
import type { Key } from '../../../functions/platform/keyring.ts'
import { isThroughCdn } from '../../../functions/platform/origin-secret.ts'
import { originSecret } from '../../../infra/origin-secret.ts'
import { countingBytes, fixedKey, fixedKeys, keysWith } from '../../support/fixed-keys.ts'
import { edgeOf, headersOf, httpEvent } from '../../support/http-events.ts'

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
const key = (id: number, state: Key['state']): Key => ({ id, state, bytes: countingBytes(id) })
const accepts = (keys: readonly Key[], given: string) =>
  isThroughCdn(keysWith('origin', keys), { 'origin-secret': given })

describe('what came through the CDN', () => {
  test('carries the current secret, as the deployment gives it to the CDN', async () => {
    const sent = await originSecret(fixedKeys)
    expect(await isThroughCdn(fixedKeys, { 'origin-secret': sent })).toBe(true)
  })

  test('SEC-03: during a rotation either key is good, a revoked one never', async () => {
    const ring = [key(1, 'revoked'), key(2, 'verify'), key(3, 'current'), key(4, 'verify')]
    const known = await Promise.all(ring.map(({ bytes }) => accepts(ring, text(bytes))))
    expect(known).toEqual([false, true, true, true])
  })

  test.each([
    ['nothing', ''],
    ['the start of it', text(countingBytes(1).subarray(0, 31))],
    ['more than it', text(Uint8Array.of(...countingBytes(1), 0))],
    ['another key', text(countingBytes(2))],
    ['another spelling of it', `${text(countingBytes(1))}=`],
    ['two of them', `${text(countingBytes(1))},${text(countingBytes(1))}`],
  ])('is nothing that carries %s', async (_, given) => {
    expect(await accepts([key(1, 'current')], given)).toBe(false)
  })

  test('SEC-12: without any living key nobody is let in, and that is a fault', async () => {
    const sent = text(countingBytes(1))
    await expect(accepts([key(1, 'revoked')], sent)).rejects.toThrow('no key is left')
    await expect(accepts([], sent)).rejects.toThrow('no key is left')
  })
})

describe('an edge behind the CDN', () => {
  const page = { method: 'GET', path: '/page', handle: async () => ({ statusCode: 200 }) } as const
  const { answer, faults } = edgeOf([page], { origin: fixedKeys })
  const sent = text(fixedKey('origin').bytes)
  const ask = (path: string, headers: Record<string, string>) =>
    answer(httpEvent('GET', path, { headers }))

  test('answers what the CDN passes on, whatever the letters of the header', async () => {
    expect(await ask('/page', { 'Origin-Secret': sent })).toMatchObject({ statusCode: 200 })
  })

  test('refuses all else alike, known route or not, and logs no fault', async () => {
    const refused = await ask('/page', {})
    expect(refused.statusCode).toBe(403)
    expect(JSON.parse(refused.body ?? '')).toEqual({
      type: 'about:blank',
      title: 'This request is not accepted here',
      status: 403,
      code: 'not-accepted',
    })
    expect(headersOf(refused)['content-type']).toBe('application/problem+json')
    expect(await ask('/nothing', { 'origin-secret': 'guess' })).toEqual(refused)
    expect(faults).toEqual([])
  })
})
