import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../../functions/platform/base64url.ts'
import { bytesToId, idToBytes, orderedId } from '../../functions/platform/id.ts'
import { type TokenPurpose, tokenPurposes } from '../../functions/platform/keyring.ts'
import { mintToken, openToken } from '../../functions/platform/token.ts'
import {
  manageToken,
  sessionToken,
  undoToken,
  unsubscribeToken,
} from '../../functions/platform/token-bodies.ts'
import { dawn, day, later } from '../support/acts.ts'
import { fixedKeys } from '../support/fixed-keys.ts'
import { holds } from '../support/holds.ts'

const purpose = fc.constantFrom(...tokenPurposes)
const body = fc.uint8Array({ maxLength: 80 })
const id = fc.uuid()
const eightBytes = fc
  .uint8Array({ minLength: 8, maxLength: 8 })
  .map((bytes) => Buffer.from(bytes).toString('hex'))
const second = fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((seconds) => new Date(seconds * 1000))
const generation = fc.integer({ min: 0, max: 65_535 })
const topic = fc.stringMatching(/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/)

const opensNothing = async (asked: TokenPurpose, text: string): Promise<void> => {
  expect(await openToken(fixedKeys, asked, text)).toEqual({ kind: 'invalid' })
}

describe('a token', () => {
  test('SEC-01: opens to the body that was signed', () =>
    holds(
      fc.asyncProperty(purpose, body, async (asked, signed) => {
        const opened = await openToken(fixedKeys, asked, await mintToken(fixedKeys, asked, signed))
        expect(opened).toEqual({ kind: 'valid', body: Buffer.from(signed), keyRevoked: false })
      }),
    ))

  test('SEC-01: with any one bit changed, wherever it is, opens nothing', () =>
    holds(
      fc.asyncProperty(purpose, body, fc.nat(), fc.nat(7), async (asked, signed, place, bit) => {
        const bytes = Buffer.from(await mintToken(fixedKeys, asked, signed), 'base64url')
        const position = place % bytes.length
        bytes.writeUInt8(bytes.readUInt8(position) ^ (1 << bit), position)
        await opensNothing(asked, bytes.toString('base64url'))
      }),
      1000,
    ))

  test('UNSUB-08: with any one character changed, added or left out opens nothing', () => {
    const unlike = fc.string({ unit: 'binary', minLength: 0, maxLength: 2 })
    return holds(
      fc.asyncProperty(purpose, body, fc.nat(), unlike, async (asked, signed, place, instead) => {
        const text = await mintToken(fixedKeys, asked, signed)
        const at = place % (text.length + 1)
        for (const other of [
          text.slice(0, at) + instead + text.slice(at),
          text.slice(0, at) + instead + text.slice(at + 1),
        ]) {
          if (other !== text) await opensNothing(asked, other)
        }
      }),
      500,
    )
  })

  test('SEC-02: opens nothing for any other purpose, although the bytes may suit it', () =>
    holds(
      fc.asyncProperty(purpose, purpose, body, async (asked, other, signed) => {
        fc.pre(asked !== other)
        await opensNothing(other, await mintToken(fixedKeys, asked, signed))
      }),
    ))

  test('UNSUB-08: a made-up text opens nothing and throws nothing', () =>
    holds(
      fc.asyncProperty(
        purpose,
        fc.oneof(fc.string({ unit: 'binary' }), fc.base64String(), fc.stringMatching(/^AQ[\w-]*$/)),
        opensNothing,
      ),
      500,
    ))
})

describe('claims', () => {
  test('UNSUB-12: an unsubscribe token gives back contact, topic and campaign', () =>
    holds(
      fc.asyncProperty(
        fc.record({ contactId: id, topic, campaign: eightBytes }),
        async (claims) => {
          const token = await unsubscribeToken.mint(fixedKeys, claims)
          expect(await unsubscribeToken.open(fixedKeys, token)).toEqual({
            ...claims,
            keyRevoked: false,
          })
        },
      ),
    ))

  test('SEC-03: an undo token gives back its claims before its time, and nothing from then on', () =>
    holds(
      fc.asyncProperty(
        fc.record({ contactId: id, ledgerId: id, expires: second }),
        second,
        async (claims, now) => {
          const opened = await undoToken.open(
            fixedKeys,
            await undoToken.mint(fixedKeys, claims),
            now,
          )
          expect(opened).toEqual(now < claims.expires ? claims : undefined)
        },
      ),
    ))

  test('SEC-03: so do manage and session tokens, each by its own measure', () =>
    holds(
      fc.asyncProperty(id, generation, eightBytes, async (contactId, of, nonce) => {
        const claims = { contactId, generation: of, nonce }
        const manage = { ...claims, issued: dawn }
        const session = { ...claims, expires: later(day) }
        const link = await manageToken.mint(fixedKeys, manage)
        const door = await sessionToken.mint(fixedKeys, session)
        expect(await manageToken.open(fixedKeys, link, dawn)).toEqual(manage)
        expect(await manageToken.open(fixedKeys, link, later(day))).toBeUndefined()
        expect(await sessionToken.open(fixedKeys, door, dawn)).toEqual(session)
        expect(await sessionToken.open(fixedKeys, door, later(day))).toBeUndefined()
      }),
    ))
})

describe('spelling', () => {
  test('bytes have exactly one text', () =>
    holds(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        expect(decodeBase64url(encodeBase64url(bytes))).toEqual(Buffer.from(bytes))
      }),
    ))

  test('a text that is read is the very text that its bytes are written as', () =>
    holds(
      fc.property(
        fc.oneof(fc.base64String(), fc.string(), fc.stringMatching(/^[\w-]*$/)),
        (text) => {
          const bytes = decodeBase64url(text)
          if (bytes !== undefined) expect(encodeBase64url(bytes)).toBe(text)
        },
      ),
      1000,
    ))

  test('an id has exactly one spelling in bytes', () =>
    holds(
      fc.property(id, (text) => {
        expect(bytesToId(idToBytes(text))).toBe(text)
      }),
    ))

  test('ids of ledger entries sort by their time', () =>
    holds(
      fc.property(fc.nat(2 ** 41), fc.nat(2 ** 41), (one, other) => {
        fc.pre(one < other)
        expect(orderedId(new Date(one)) < orderedId(new Date(other))).toBe(true)
      }),
    ))
})
