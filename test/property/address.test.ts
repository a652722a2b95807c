import * as fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { addressKeys, addressSchema, maskAddress } from '../../functions/contact/address.ts'
import { fixedKey } from '../support/fixed-keys.ts'
import { holds } from '../support/holds.ts'

const parse = (raw: string): string | undefined => {
  const parsed = v.safeParse(addressSchema, raw)
  return parsed.success ? parsed.output : undefined
}

const label = fc.oneof(
  fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/),
  fc.constantFrom('bücher', 'straße', 'œuvre', '例え', 'пример', 'XN--BCHER-KVA', 'blåbær'),
)
const spelled = fc
  .tuple(fc.stringMatching(/^[A-Za-z0-9+_-]{1,12}(\.[A-Za-z0-9+_-]{1,12})?$/), label, label)
  .map(([local, one, two]) => `${local}@${one}.${two}.example`)
const surrounding = fc.constantFrom('', ' ', '\t', '\r\n', '\u00a0', '\ufeff')

describe('normalising an address', () => {
  test('SUPP-04: case, white space around it and Unicode form make no difference', () =>
    holds(
      fc.property(spelled, surrounding, surrounding, (raw, before, behind) => {
        const normal = parse(raw)
        const other = [raw.toUpperCase(), raw.normalize('NFD'), before + raw + behind]
        // Upper-casing ß makes SS, which is another name; everything else comes back.
        fc.pre(!raw.includes('ß'))
        expect(other.map(parse)).toEqual([normal, normal, normal])
      }),
    ))

  test('SUPP-04: what is normal stays as it is, so that it may be normalised anywhere', () =>
    holds(
      fc.property(spelled, (raw) => {
        const normal = parse(raw)
        if (normal !== undefined) expect(parse(normal)).toBe(normal)
      }),
    ))

  test('the spellings tried are mostly accepted, so that the properties say something', () => {
    const accepted = fc.sample(spelled, 500).filter((raw) => parse(raw) !== undefined)
    expect(accepted.length).toBeGreaterThan(400)
  })

  test('SEC-11: whatever is typed, what is accepted is one line of printable ASCII with one @', () =>
    holds(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string({ unit: 'binary' }).map((text) => `ola@${text}.org`),
          fc
            .tuple(spelled, fc.nat(), fc.string({ unit: 'binary', maxLength: 3 }))
            .map(([raw, at, text]) => {
              const place = at % (raw.length + 1)
              return raw.slice(0, place) + text + raw.slice(place)
            }),
        ),
        (raw) => {
          const normal = parse(raw)
          if (normal === undefined) return
          expect(normal).toMatch(/^[\x21-\x3f\x41-\x7e]+@[a-z0-9.-]+$/)
          expect(normal.length).toBeLessThanOrEqual(254)
          expect(parse(normal)).toBe(normal)
        },
      ),
      3000,
    ))

  test('SUPP-02: two addresses share a key only when they are one address', () =>
    holds(
      fc.property(spelled, spelled, (one, other) => {
        const [left, right] = [one, other].map((raw) => {
          const parsed = v.safeParse(addressSchema, raw)
          return parsed.success ? addressKeys(parsed.output, [fixedKey('address')]).join() : raw
        })
        expect(left === right).toBe((parse(one) ?? one) === (parse(other) ?? other))
      }),
    ))

  test('RIGHT-05: a mask shows one character of the name and never an employer’s domain', () =>
    holds(
      fc.property(spelled, (raw) => {
        const parsed = v.safeParse(addressSchema, raw)
        if (parsed.success) expect(maskAddress(parsed.output)).toBe(`${parsed.output[0]}•••@…`)
      }),
    ))
})
