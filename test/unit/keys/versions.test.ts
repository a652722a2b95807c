import { parse } from 'valibot'
import { describe, expect, test } from 'vitest'
import { addressKeys, addressSchema } from '../../../functions/contact/address.ts'
import {
  newDataKey,
  openIdentity,
  rewrapDataKey,
  sealIdentity,
  unwrapDataKey,
} from '../../../functions/contact/vault.ts'
import { type Key, KeyError } from '../../../functions/platform/keyring.ts'
import { countingBytes } from '../../support/fixed-keys.ts'

const key = (id: number, state: Key['state']): Key => ({ id, bytes: countingBytes(id * 7), state })
const versions = (keys: readonly Key[]): (string | undefined)[] =>
  addressKeys(parse(addressSchema, 'ola@example.org'), keys).map((each) => each.split('#')[1])

describe('under which key an address is filed', () => {
  test('SUPP-03: the current one comes first, also while a newer one is only being made known', () => {
    expect(versions([key(1, 'verify'), key(2, 'current'), key(3, 'verify')])).toEqual([
      '2',
      '3',
      '1',
    ])
  })

  test('SUPP-03: of two that are current, in the middle of a rotation, the newest', () => {
    expect(versions([key(1, 'current'), key(2, 'current')])).toEqual(['2', '1'])
  })

  test('SUPP-03: a key that somebody marked revoked is looked under all the same', () => {
    const marked = [key(1, 'revoked'), key(2, 'current')]
    expect(versions(marked)).toEqual(['2', '1'])
    const address = parse(addressSchema, 'ola@example.org')
    expect(addressKeys(address, marked)).toEqual(
      addressKeys(address, [key(1, 'verify'), key(2, 'current')]),
    )
  })
})

describe('a data key that is wrapped anew', () => {
  const before = [key(1, 'current')]
  const rotated = [key(1, 'verify'), key(2, 'current')]

  test('SEC-03: is the same data key, under the current ring key alone', () => {
    const { key: dataKey, wrapped } = newDataKey('C#1', before)
    const sealed = sealIdentity(dataKey, 'contact', { email: parse(addressSchema, 'a@b.no') })
    const anew = rewrapDataKey('C#1', wrapped, rotated)
    if (anew === undefined) throw new Error('it was left as it was')
    const opened = unwrapDataKey('C#1', anew, [key(2, 'current')])
    expect(openIdentity(opened, 'contact', sealed)).toEqual({ email: 'a@b.no' })
    expect(() => unwrapDataKey('C#1', anew, before)).toThrow(KeyError)
  })

  test('SEC-03: is left alone when the current ring key wraps it', () => {
    const { wrapped } = newDataKey('C#1', rotated)
    expect(rewrapDataKey('C#1', wrapped, rotated)).toBeUndefined()
  })

  test('SEC-03: of another owner does not open, so it cannot be wrapped for this one', () => {
    const { wrapped } = newDataKey('C#1', before)
    expect(() => rewrapDataKey('C#2', wrapped, rotated)).toThrow()
  })

  test('SEC-03: opens from a backup although its ring key was revoked since', () => {
    const { key: dataKey, wrapped } = newDataKey('C#1', before)
    const revoked = [key(1, 'revoked'), key(2, 'current')]
    expect(Buffer.from(unwrapDataKey('C#1', wrapped, revoked).bytes)).toEqual(dataKey.bytes)
  })
})
