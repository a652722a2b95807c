import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { addressSchema } from '../../../functions/contact/address.ts'
import {
  type Identity,
  newDataKey,
  openIdentity,
  type SealPlace,
  sealIdentity,
  unwrapDataKey,
} from '../../../functions/contact/vault.ts'
import { KeyError } from '../../../functions/platform/keyring.ts'
import { countingBytes, fixedKey } from '../../support/fixed-keys.ts'

const ring = [fixedKey('ring')]
const identity: Identity = {
  email: v.parse(addressSchema, 'kari@nordlys.example'),
  name: 'Kari Nordmann',
  phone: '+47 999 99 999',
}
const { key, wrapped } = newDataKey('C#1', ring)

function flipped(bytes: Uint8Array, position: number): Uint8Array {
  const altered = Uint8Array.from(bytes)
  altered[position] = (altered[position] ?? 0) ^ 1
  return altered
}

describe('a seal', () => {
  test('RIGHT-11: it opens under its own key, in its own place, and shows nothing outside', () => {
    const sealed = sealIdentity(key, 'contact', identity)
    expect(openIdentity(key, 'contact', sealed)).toEqual(identity)
    expect(Buffer.from(sealed).toString('latin1')).not.toMatch(/Kari|nordlys|999/)
  })

  test('two seals of one identity differ, so that nobody sees who is the same', () => {
    const seals = [1, 2].map(() =>
      Buffer.from(sealIdentity(key, 'contact', identity)).toString('hex'),
    )
    expect(seals[0]).not.toBe(seals[1])
  })

  test.each<SealPlace>(['sign-up', 'membership', 'ledger', 'letter'])(
    'moved into the place of a %s it does not open',
    (place) => {
      const sealed = sealIdentity(key, 'contact', identity)
      expect(() => openIdentity(key, place, sealed)).toThrow()
    },
  )

  test('moved to another person it does not open, not even under the same bytes of key', () => {
    const sealed = sealIdentity(key, 'contact', identity)
    expect(() => openIdentity({ ...key, owner: 'C#2' }, 'contact', sealed)).toThrow()
  })

  test('under another key it does not open', () => {
    const sealed = sealIdentity(key, 'contact', identity)
    expect(() => openIdentity(newDataKey('C#1', ring).key, 'contact', sealed)).toThrow()
  })

  test('with any one byte altered it does not open', () => {
    const sealed = sealIdentity(key, 'contact', identity)
    for (let position = 0; position < sealed.length; position++) {
      expect(() => openIdentity(key, 'contact', flipped(sealed, position))).toThrow()
    }
  })

  test('cut short, at either end, it does not open: a shorter tag is no tag', () => {
    const sealed = sealIdentity(key, 'contact', identity)
    for (let length = 0; length < sealed.length; length++) {
      expect(() => openIdentity(key, 'contact', sealed.subarray(0, length))).toThrow()
      expect(() => openIdentity(key, 'contact', sealed.subarray(sealed.length - length))).toThrow()
    }
  })

  test('too short to hold a whole tag it is refused for that, before any decryption', () => {
    for (const length of [0, 4, 12, 16, 27]) {
      expect(() => openIdentity(key, 'contact', new Uint8Array(length))).toThrow(RangeError)
    }
  })
})

describe('a data key', () => {
  test('it comes out of its wrapping as it went in', () => {
    const { bytes, owner } = unwrapDataKey('C#1', wrapped, ring)
    expect(owner).toBe('C#1')
    expect(Buffer.from(bytes)).toEqual(Buffer.from(key.bytes))
    expect(Buffer.from(wrapped).includes(Buffer.from(key.bytes))).toBe(false)
  })

  test('another owner cannot use it', () => {
    expect(() => unwrapDataKey('C#2', wrapped, ring)).toThrow()
  })

  test('with any one byte altered it does not come out', () => {
    for (let position = 0; position < wrapped.length; position++) {
      expect(() => unwrapDataKey('C#1', flipped(wrapped, position), ring)).toThrow()
    }
  })

  test('SEC-03: it names the ring key that wraps it, and survives a rotation of the ring', () => {
    const rotated = [
      fixedKey('ring', { state: 'verify' }),
      { id: 2, bytes: countingBytes(0x55), state: 'current' as const },
    ]
    expect(wrapped[0]).toBe(1)
    expect(newDataKey('C#1', rotated).wrapped[0]).toBe(2)
    expect(Buffer.from(unwrapDataKey('C#1', wrapped, rotated).bytes)).toEqual(
      Buffer.from(key.bytes),
    )
  })

  test('SEC-12: without its ring key it is an error that says so', () => {
    const others = [fixedKey('ring', { id: 9 })]
    expect(() => unwrapDataKey('C#1', wrapped, others)).toThrow(KeyError)
    expect(() => newDataKey('C#1', [fixedKey('ring', { state: 'revoked' })])).toThrow(KeyError)
  })

  test('no two are alike', () => {
    const keys = Array.from({ length: 50 }, () =>
      Buffer.from(newDataKey('C#1', ring).key.bytes).toString('hex'),
    )
    expect(new Set(keys).size).toBe(50)
  })
})
