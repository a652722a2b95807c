import { describe, expect, it } from 'vitest'
import { mintHitId, readHitId } from '../../../functions/platform/hit-id.ts'
import { fixedKey } from '../../support/fixed-keys.ts'

const hit = { campaignId: '0011223344556677', messageId: '00112233445566778899aabbccddeeff' }
const keys = [fixedKey('hit')]
const text = mintHitId(keys, hit)

describe('the id in the address of a pixel or a tracked link', () => {
  it('names campaign and message in forty characters', () => {
    expect(text).toMatch(/^[\w-]{40}$/)
    expect(readHitId(keys, text)).toEqual(hit)
  })

  it('is read by its strict spelling alone', () => {
    for (const other of ['', text.slice(1), `${text}A`, `${text}==`, ` ${text.slice(1)}`]) {
      expect(readHitId(keys, other)).toBeUndefined()
    }
  })

  it('is nothing when any bit of it was changed', () => {
    const bytes = Buffer.from(text, 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      expect(readHitId(keys, changed.toString('base64url'))).toBeUndefined()
    }
  })

  it('SEC-03: goes on being read after a rotation, and no longer once its key is revoked', () => {
    const next = fixedKey('hit', { id: 2, bytes: Buffer.alloc(32, 9) })
    expect(readHitId([fixedKey('hit', { state: 'verify' }), next], text)).toEqual(hit)
    expect(readHitId([fixedKey('hit', { state: 'revoked' }), next], text)).toBeUndefined()
    expect(mintHitId([fixedKey('hit', { state: 'verify' }), next], hit)).not.toBe(text)
  })

  it('is made of ids only', () => {
    expect(() => mintHitId(keys, { ...hit, messageId: 'someone@example.com' })).toThrow(TypeError)
    expect(() => mintHitId(keys, { ...hit, campaignId: hit.messageId })).toThrow(TypeError)
  })
})
