import { createHmac } from 'node:crypto'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import {
  type Address,
  addressKeys,
  addressSchema,
  maskAddress,
} from '../../../functions/contact/address.ts'
import type { Key } from '../../../functions/platform/keyring.ts'
import { countingBytes } from '../../support/fixed-keys.ts'

const address = (raw: string): Address => v.parse(addressSchema, raw)
const isRefused = (raw: string): boolean => !v.safeParse(addressSchema, raw).success

/** An address of exactly this many characters, every label and local part within its own limit. */
function addressOfLength(length: number): string {
  const local = 'a'.repeat(64)
  const domain = [60, 60, 60].map((size) => 'b'.repeat(size)).join('.')
  const rest = length - local.length - 1 - domain.length - 1
  return `${local}@${domain}.${'c'.repeat(rest)}`
}

describe('one spelling per mailbox (SUPP-04)', () => {
  test.each([
    ['OLA@Example.ORG', 'ola@example.org', 'case'],
    ['  ola@example.org\n', 'ola@example.org', 'white space around it'],
    ['\u00a0ola@example.org\ufeff', 'ola@example.org', 'invisible white space around it'],
    ['ola@BÜCHER.example', 'ola@xn--bcher-kva.example', 'IDN in Unicode'],
    ['ola@XN--BCHER-KVA.example', 'ola@xn--bcher-kva.example', 'IDN in ASCII'],
    ['ola@bu\u0308cher.example', 'ola@xn--bcher-kva.example', 'IDN with a combining mark'],
    ['ola@straße.example', 'ola@xn--strae-oqa.example', 'IDN with a sharp s'],
    ['ola@ｅｘａｍｐｌｅ。org', 'ola@example.org', 'full-width letters and stop'],
  ])('SUPP-04: %j is %j (%s)', (raw, normal) => {
    expect(address(raw)).toBe(normal)
  })

  test('SUPP-04: dots and plus signs are left alone, since only the provider knows what they mean', () => {
    const spellings = [
      'o.l.a@gmail.com',
      'ola@gmail.com',
      'ola+news@gmail.com',
      'ola@googlemail.com',
    ]
    expect(spellings.map(address)).toEqual(spellings)
  })

  test('SUPP-04: every character that RFC 5321 allows unquoted is kept', () => {
    expect(address("a!#$%&'*+/=?^_`{|}~-9@example.org")).toBe("a!#$%&'*+/=?^_`{|}~-9@example.org")
  })
})

describe('lengths', () => {
  test('an address of 254 characters is accepted, one of 255 refused', () => {
    expect(addressOfLength(254)).toHaveLength(254)
    expect(address(addressOfLength(254))).toHaveLength(254)
    expect(addressOfLength(255)).toHaveLength(255)
    expect(isRefused(addressOfLength(255))).toBe(true)
  })

  test('the length that counts is that of the ASCII spelling', () => {
    const domain = Array.from({ length: 7 }, () => 'ü'.repeat(28)).join('.')
    const raw = `ola@${domain}.example`
    expect(raw.length).toBeLessThan(254)
    expect(isRefused(raw)).toBe(true)
  })

  test('a local part of 64 characters is accepted, one of 65 refused', () => {
    expect(address(`${'a'.repeat(64)}@example.org`)).toHaveLength(76)
    expect(isRefused(`${'a'.repeat(65)}@example.org`)).toBe(true)
  })

  test('a domain label of 63 characters is accepted, one of 64 refused', () => {
    expect(address(`ola@${'a'.repeat(63)}.org`)).toContain('a'.repeat(63))
    expect(isRefused(`ola@${'a'.repeat(64)}.org`)).toBe(true)
  })

  test('a very long text is refused before anything is made of it', () => {
    expect(isRefused(`${' '.repeat(1000)}ola@example.org`)).toBe(true)
  })
})

describe('what is no address we can mail', () => {
  test.each([
    ['', 'nothing'],
    ['   ', 'white space'],
    ['ola', 'no @'],
    ['example.org', 'a domain alone'],
    ['foo.com', 'a domain that would pass as a local part'],
    ['@example.org', 'no local part'],
    ['ola@', 'no domain'],
    ['ola@localhost', 'no dot in the domain'],
    ['ola@@example.org', 'two @'],
    ['ola@home@example.org', 'an @ in the local part'],
    ['"ola nordmann"@example.org', 'a quoted local part'],
    ['"ola@home"@example.org', 'a quoted @'],
    ['ola nordmann@example.org', 'a space inside'],
    ['.ola@example.org', 'a leading dot'],
    ['ola.@example.org', 'a trailing dot'],
    ['o..la@example.org', 'two dots'],
    ['ølå@example.org', 'a local part that SES cannot mail'],
    ['ola@[127.0.0.1]', 'an address literal'],
    ['ola@127.0.0.1', 'an IP address'],
    ['ola@0x7f.1', 'an IP address in disguise'],
    ['ola@-example.org', 'a label that begins with a hyphen'],
    ['ola@example-.org', 'a label that ends with a hyphen'],
    ['ola@example..org', 'an empty label'],
    ['ola@example.org.', 'a trailing dot of the domain'],
    ['ola@exa_mple.org', 'an underscore in the domain'],
    ['ola@example.123', 'a numeric top-level domain'],
    ['Ola <ola@example.org>', 'a display name'],
    ['ola@example.org, kari@example.org', 'two addresses'],
    ['mailto:ola@example.org?subject=x', 'a mailto link'],
  ])('%j is refused: %s', (raw) => {
    expect(isRefused(raw)).toBe(true)
  })

  test.each([
    ['ola@example.org\r\nBcc: kari@example.org', 'a second header line'],
    ['ola@exam\r\nple.org', 'CRLF inside the domain'],
    ['ola@exam\nple.org', 'a line feed inside the domain'],
    ['ola@exam\tple.org', 'a tab inside the domain'],
    ['ola\r\n@example.org', 'CRLF inside the local part'],
    ['o\u0000la@example.org', 'a NUL'],
    ['ola@exam\u0000ple.org', 'a NUL inside the domain'],
    ['ola\u007f@example.org', 'a DEL'],
  ])('SEC-11: %j is refused: %s', (raw) => {
    expect(isRefused(raw)).toBe(true)
  })

  test.each([
    ['ola@example.org/path', 'a path'],
    ['ola@example.org\\path', 'a path with a backslash'],
    ['ola@example.org?query', 'a query'],
    ['ola@example.org#fragment', 'a fragment'],
    ['ola@example.org:25', 'a port'],
    ['ola@%65xample.org', 'percent-encoding'],
  ])('SUPP-04: %j is refused, not read as a URL: %s', (raw) => {
    expect(isRefused(raw)).toBe(true)
  })

  test('SEC-14: the message does not repeat what was typed', () => {
    const parsed = v.safeParse(addressSchema, 'secret person@example.org')
    expect(parsed.issues?.map(({ message }) => message)).toEqual(['is not an e-mail address'])
  })
})

describe('the keyed hash of an address', () => {
  const key = (id: number, state: Key['state'] = 'current'): Key => ({
    id,
    bytes: countingBytes(id * 16),
    state,
  })
  const ola = address('ola@example.org')

  test('SUPP-02: it is HMAC-SHA-256 under a secret, and not the hash of the address alone', () => {
    const expected = createHmac('sha256', countingBytes(16)).update('ola@example.org')
    expect(addressKeys(ola, [key(1)])).toEqual([`A#1#${expected.digest('base64url')}`])
  })

  test('SUPP-03: a rotation adds a version in front and keeps every earlier one', () => {
    const [before] = addressKeys(ola, [key(1)])
    const after = addressKeys(ola, [key(1, 'verify'), key(2)])
    expect(after).toHaveLength(2)
    expect(after[0]).toMatch(/^A#2#/)
    expect(after[1]).toBe(before)
  })

  test('SUPP-03: the new version can be computed from the old hash, without the address', () => {
    const [old] = addressKeys(ola, [key(1)])
    const hash = old?.slice('A#1#'.length) ?? ''
    const next = createHmac('sha256', countingBytes(32)).update(hash).digest('base64url')
    expect(addressKeys(ola, [key(1), key(2)])[0]).toBe(`A#2#${next}`)
  })

  test('SUPP-04: spellings of one mailbox have one key, other mailboxes another', () => {
    const keys = ['OLA@EXAMPLE.ORG ', 'ola@example.org'].map((raw) =>
      addressKeys(address(raw), [key(1)]),
    )
    expect(keys[0]).toEqual(keys[1])
    expect(addressKeys(address('o.la@example.org'), [key(1)])).not.toEqual(keys[0])
  })

  test('SUPP-01: nothing of the address can be read in it', () => {
    expect(addressKeys(ola, [key(1), key(2)]).join()).not.toMatch(/ola|example/)
  })
})

describe('the masked address (RIGHT-05)', () => {
  test.each([
    ['ola@nordlys.example', 'o•••@…', 'the domain of an employer names the employer'],
    ['ola@gmail.com', 'o•••@gmail.com', 'a domain that millions share names nobody'],
    ['kari.nordmann@online.no', 'k•••@online.no', 'the length of the name is not shown'],
    ['a@gmail.com.example', 'a•••@…', 'only the very domain of a public provider counts'],
  ])('RIGHT-05: %s is shown as %s: %s', (raw, shown) => {
    expect(maskAddress(address(raw))).toBe(shown)
  })
})
