import { describe, expect, test } from 'vitest'
import { type Key, KeyError, type KeySource } from '../../../functions/platform/keyring.ts'
import { mintToken, openToken } from '../../../functions/platform/token.ts'
import {
  confirmToken,
  downloadToken,
  manageToken,
  noCampaign,
  sessionToken,
  undoToken,
  unsubscribeToken,
} from '../../../functions/platform/token-bodies.ts'
import { policy } from '../../../policy.ts'
import { dawn, later } from '../../support/acts.ts'
import { countingBytes, fixedKey, fixedKeys, keysWith } from '../../support/fixed-keys.ts'

const contactId = '01234567-89ab-4def-8123-456789abcdef'
const link = { contactId, topic: 'newsletter', campaign: '0011223344556677' }
const nonce = '0102030405060708'
const minute = 60_000

describe('times', () => {
  test.each([
    ['undo', 10, undoToken, { contactId, ledgerId: contactId, expires: later(10 * minute) }],
    ['manage', 30, manageToken, { contactId, generation: 1, issued: dawn, nonce }],
    ['session', 60, sessionToken, { contactId, generation: 1, expires: later(60 * minute), nonce }],
    [
      'download',
      24 * 60,
      downloadToken,
      { requestId: contactId, generation: 1, expires: later(24 * 60 * minute) },
    ],
  ] as const)(
    'SEC-03: a %s token lives %i minutes, to the millisecond',
    async (_, minutes, kind, claims) => {
      const token = await kind.mint(fixedKeys, claims as never)
      expect(await kind.open(fixedKeys, token, later(minutes * minute - 1))).toBeDefined()
      expect(await kind.open(fixedKeys, token, later(minutes * minute))).toBeUndefined()
    },
  )

  test('a time between two seconds is rounded down, so that no token lives too long', async () => {
    const token = await undoToken.mint(fixedKeys, {
      contactId,
      ledgerId: contactId,
      expires: later(1999),
    })
    expect(await undoToken.open(fixedKeys, token, later(999))).toMatchObject({
      expires: later(1000),
    })
    expect(await undoToken.open(fixedKeys, token, later(1000))).toBeUndefined()
  })

  test('UNSUB-12: an unsubscribe token has no time at all', async () => {
    const token = await unsubscribeToken.mint(fixedKeys, link)
    expect(unsubscribeToken.open).toHaveLength(2)
    expect(await unsubscribeToken.open(fixedKeys, token)).toEqual({ ...link, keyRevoked: false })
  })

  test('CONS-01: a confirm token lasts as long as its sign-up: the sign-up decides', async () => {
    const token = await confirmToken.mint(fixedKeys, { signUpId: contactId })
    const inAYear = later(365 * 24 * 60 * minute)
    expect(await confirmToken.open(fixedKeys, token, inAYear)).toEqual({ signUpId: contactId })
  })
})

describe('keys over time (SEC-03)', () => {
  const old: Key = fixedKey('unsubscribe', { state: 'verify' })
  const fresh: Key = { id: 2, bytes: countingBytes(0x90), state: 'current' }
  const rotated = keysWith('unsubscribe', [old, fresh])

  test('UNSUB-12: a rotation leaves earlier links working; new ones name the new key', async () => {
    const before = await unsubscribeToken.mint(fixedKeys, link)
    expect(await unsubscribeToken.open(rotated, before)).toEqual({ ...link, keyRevoked: false })
    const after = await unsubscribeToken.mint(rotated, link)
    expect(Buffer.from(after, 'base64url')[1]).toBe(2)
    expect(await unsubscribeToken.open(rotated, after)).toEqual({ ...link, keyRevoked: false })
    expect(await unsubscribeToken.open(fixedKeys, after)).toBeUndefined()
  })

  test('UNSUB-12: under a revoked key an unsubscribe link still opens, and says that its key was revoked', async () => {
    const token = await unsubscribeToken.mint(fixedKeys, link)
    const leaked = keysWith('unsubscribe', [{ ...old, state: 'revoked' }, fresh])
    expect(await unsubscribeToken.open(leaked, token)).toEqual({ ...link, keyRevoked: true })
  })

  test.each([
    ['undo', undoToken, { contactId, ledgerId: contactId, expires: later(minute) }],
    ['confirm', confirmToken, { signUpId: contactId }],
    ['manage', manageToken, { contactId, generation: 0, issued: dawn, nonce }],
    ['session', sessionToken, { contactId, generation: 0, expires: later(minute), nonce }],
    ['download', downloadToken, { requestId: contactId, generation: 0, expires: later(minute) }],
  ] as const)(
    'SEC-03: under a revoked key a %s token opens nothing',
    async (purpose, kind, claims) => {
      const token = await kind.mint(fixedKeys, claims as never)
      const leaked = keysWith(purpose, [fixedKey(purpose, { state: 'revoked' })])
      expect(await kind.open(fixedKeys, token, dawn)).toBeDefined()
      expect(await kind.open(leaked, token, dawn)).toBeUndefined()
    },
  )

  test('SEC-12: without a current key nothing is minted', async () => {
    for (const keys of [[], [old], [{ ...old, state: 'revoked' as const }]]) {
      await expect(unsubscribeToken.mint(keysWith('unsubscribe', keys), link)).rejects.toThrow(
        KeyError,
      )
    }
  })

  test('SEC-03: of several current keys the newest signs', async () => {
    const both = keysWith('unsubscribe', [{ ...old, state: 'current' }, fresh])
    expect(Buffer.from(await unsubscribeToken.mint(both, link), 'base64url')[1]).toBe(2)
  })

  test('SEC-12: a token is not called invalid because the keys could not be read', async () => {
    const token = await unsubscribeToken.mint(fixedKeys, link)
    const down: KeySource = () => Promise.reject(new Error('no SSM'))
    await expect(unsubscribeToken.open(down, token)).rejects.toThrow('no SSM')
  })

  test('a text that cannot be a token is refused without reading a key', async () => {
    const never: KeySource = () => Promise.reject(new Error('keys were read'))
    for (const text of ['', 'a', '====', 'a'.repeat(257), '\u{1f512}', 'AAAA'.repeat(6)]) {
      expect(await openToken(never, 'unsubscribe', text)).toEqual({ kind: 'invalid' })
    }
  })
})

describe('lengths', () => {
  test('UNSUB-14: with the longest topic there can be, the text stays short', async () => {
    const token = await unsubscribeToken.mint(fixedKeys, { ...link, topic: 'a'.repeat(32) })
    expect(token.length).toBeLessThanOrEqual(100)
    expect(await unsubscribeToken.open(fixedKeys, token)).toMatchObject({ topic: 'a'.repeat(32) })
  })

  test('a text of 256 characters is read, a longer one not', async () => {
    const sized = (bytes: number): Promise<string> =>
      mintToken(fixedKeys, 'confirm', new Uint8Array(bytes))
    const [longest, tooLong] = [await sized(174), await sized(175)]
    expect(longest).toHaveLength(256)
    expect(await openToken(fixedKeys, 'confirm', longest)).toMatchObject({ kind: 'valid' })
    expect(await openToken(fixedKeys, 'confirm', tooLong)).toEqual({ kind: 'invalid' })
  })

  test('a body of another length than its kind has, although rightly signed, opens nothing', async () => {
    const bodies = [0, 15, 17, 21, 23, 29, 31, 35, 37].map((length) => new Uint8Array(length))
    for (const body of bodies) {
      const text = (purpose: 'undo' | 'confirm' | 'manage' | 'session' | 'download') =>
        mintToken(fixedKeys, purpose, body)
      const opened = [
        await undoToken.open(fixedKeys, await text('undo'), new Date(0)),
        await confirmToken.open(fixedKeys, await text('confirm'), new Date(0)),
        await manageToken.open(fixedKeys, await text('manage'), new Date(0)),
        await sessionToken.open(fixedKeys, await text('session'), new Date(0)),
        await downloadToken.open(fixedKeys, await text('download'), new Date(0)),
      ]
      expect(opened).toEqual([undefined, undefined, undefined, undefined, undefined])
    }
  })

  test('an unsubscribe body whose topic is longer or shorter than it says opens nothing', async () => {
    for (const length of [0, 16, 17, 24]) {
      const text = await mintToken(fixedKeys, 'unsubscribe', new Uint8Array(length).fill(9))
      expect(await unsubscribeToken.open(fixedKeys, text)).toBeUndefined()
    }
  })
})

describe('minting', () => {
  test.each([
    ['a short campaign', { ...link, campaign: 'abc' }],
    ['a campaign that is not hex', { ...link, campaign: 'newsletter-2026-' }],
    ['a topic beyond ASCII', { ...link, topic: 'nyhetsbrev-på-norsk' }],
    ['a topic that is too long for its length byte', { ...link, topic: 'a'.repeat(256) }],
    ['no topic', { ...link, topic: '' }],
    ['an id that is none', { ...link, contactId: 'me' }],
  ])('UNSUB-12: %s is refused, rather than mailed as a dead link', async (_, claims) => {
    await expect(unsubscribeToken.mint(fixedKeys, claims)).rejects.toThrow(TypeError)
  })

  test('a nonce of another length is refused, too', async () => {
    const claims = { contactId, generation: 0, issued: dawn, nonce: '01' }
    await expect(manageToken.mint(fixedKeys, claims)).rejects.toThrow(TypeError)
  })

  test('a generation that does not fit is refused, rather than wrapped round to an old one', async () => {
    const claims = { contactId, generation: 65_536, issued: dawn, nonce }
    await expect(manageToken.mint(fixedKeys, claims)).rejects.toThrow(RangeError)
  })

  test('every topic of the policy makes a link', async () => {
    for (const topic of Object.keys(policy.topics)) {
      const token = await unsubscribeToken.mint(fixedKeys, { ...link, topic, campaign: noCampaign })
      expect(await unsubscribeToken.open(fixedKeys, token)).toMatchObject({ topic })
    }
  })

  test('SEC-04: no part of the token is the contact’s id as text', async () => {
    const token = await unsubscribeToken.mint(fixedKeys, link)
    expect(token).not.toContain('newsletter')
    expect(token).not.toContain(contactId.slice(0, 8))
  })
})
