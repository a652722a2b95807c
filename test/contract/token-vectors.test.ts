import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { KeySource } from '../../functions/platform/keyring.ts'
import {
  confirmToken,
  downloadToken,
  manageToken,
  sessionToken,
  undoToken,
  unsubscribeToken,
} from '../../functions/platform/token-bodies.ts'
import { countingBytes } from '../support/fixed-keys.ts'
import vectors from './token-vectors.json' with { type: 'json' }

const published = new Map(Object.entries(vectors.keys))
const keys: KeySource = async (purpose) => {
  const key = published.get(purpose)
  if (key === undefined) return []
  return [{ id: key.id, bytes: Buffer.from(key.hex, 'hex'), state: 'current' }]
}
/** A moment at which every published token still lives. */
const now = new Date('2026-11-02T09:05:00.000Z')

type Claims = Record<string, string | number>
const date = (value: string | number | undefined): Date => new Date(value ?? 'none')
const mints: Record<string, (claims: Claims) => Promise<string>> = {
  unsubscribe: (claims) => unsubscribeToken.mint(keys, claims as never),
  undo: (claims) => undoToken.mint(keys, { ...claims, expires: date(claims.expires) } as never),
  confirm: (claims) => confirmToken.mint(keys, claims as never),
  manage: (claims) => manageToken.mint(keys, { ...claims, issued: date(claims.issued) } as never),
  session: (claims) =>
    sessionToken.mint(keys, { ...claims, expires: date(claims.expires) } as never),
  download: (claims) =>
    downloadToken.mint(keys, { ...claims, expires: date(claims.expires) } as never),
}
const opens: Record<string, (token: string) => Promise<object | undefined>> = {
  unsubscribe: (token) => unsubscribeToken.open(keys, token),
  undo: (token) => undoToken.open(keys, token, now),
  confirm: (token) => confirmToken.open(keys, token, now),
  manage: (token) => manageToken.open(keys, token, now),
  session: (token) => sessionToken.open(keys, token, now),
  download: (token) => downloadToken.open(keys, token, now),
}

describe('published token vectors', () => {
  test('they use the counting keys, one per purpose', () => {
    const first = (hex: string): number => Number.parseInt(hex.slice(0, 2), 16)
    for (const { hex } of published.values()) {
      expect(Buffer.from(hex, 'hex')).toEqual(Buffer.from(countingBytes(first(hex))))
    }
    expect(new Set([...published.values()].map(({ hex }) => hex)).size).toBe(published.size)
  })

  test('SEC-02: there is one for every purpose', () => {
    expect(new Set(vectors.vectors.map(({ purpose }) => purpose))).toEqual(
      new Set(Object.keys(mints)),
    )
  })

  describe.each(vectors.vectors)('$purpose $token', ({ purpose, claims, body, tag, token }) => {
    test('SEC-01: is what the written format says, worked out without our code', () => {
      const key = published.get(purpose)
      const signed = Buffer.from(`0101${body}`, 'hex')
      const mac = createHmac('sha256', Buffer.from(key?.hex ?? '', 'hex'))
        .update(Buffer.concat([Buffer.from(`${purpose}\0`, 'ascii'), signed]))
        .digest()
      expect(mac.subarray(0, 16).toString('hex')).toBe(tag)
      expect(Buffer.concat([signed, mac.subarray(0, 16)]).toString('base64url')).toBe(token)
    })

    test('SEC-01: is what we mint, byte for byte', async () => {
      expect(await mints[purpose]?.(claims as Claims)).toBe(token)
    })

    test('SEC-01: opens to its claims', async () => {
      const opened = await opens[purpose]?.(token)
      const told = JSON.parse(JSON.stringify(opened))
      expect(told).toEqual(purpose === 'unsubscribe' ? { ...claims, keyRevoked: false } : claims)
    })

    test('SEC-02: opens for no other purpose', async () => {
      for (const [other, open] of Object.entries(opens)) {
        if (other !== purpose) expect(await open(token)).toBeUndefined()
      }
    })
  })

  test.each(vectors.refused)('UNSUB-08: $purpose refuses $why', async ({ purpose, token }) => {
    expect(await opens[purpose]?.(token)).toBeUndefined()
  })

  test('UNSUB-08: the other spelling is refused for its text alone, since its bytes are the same', () => {
    const spelling = vectors.refused.find(({ why }) => why.startsWith('another spelling'))
    const original = vectors.vectors.find(({ purpose }) => purpose === 'confirm')
    expect(spelling?.token).not.toBe(original?.token)
    expect(Buffer.from(spelling?.token ?? '', 'base64url')).toEqual(
      Buffer.from(original?.token ?? '', 'base64url'),
    )
  })
})
