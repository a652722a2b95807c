import { describe, expect, test } from 'vitest'
import { monthsAfter } from '../../../functions/platform/calendar-month.ts'
import { EnvError, parseEnv } from '../../../functions/platform/env.ts'
import { idPattern, idToBytes, orderedId, randomId } from '../../../functions/platform/id.ts'
import { currentKey, KeyError } from '../../../functions/platform/keyring.ts'
import { fromItem, isPastTtl, toItem, ttlAt } from '../../../functions/platform/table.ts'
import { fixedKey } from '../../support/fixed-keys.ts'

describe('the environment', () => {
  test('a function does not start half-configured: every missing name is named', () => {
    expect(() => parseEnv({ A: '1', B: '' }, ['A', 'B', 'C'])).toThrow(
      new EnvError('missing in the environment: B, C'),
    )
  })

  test('what is there is given', () => {
    expect(parseEnv({ A: '1' }, ['A'])('A')).toBe('1')
  })
})

describe('ids', () => {
  test('SEC-04: ids of contacts are random, and no two alike', () => {
    const ids = Array.from({ length: 200 }, randomId)
    expect(ids.every((id) => idPattern.test(id) && id[14] === '4')).toBe(true)
    expect(new Set(ids.map((id) => id.slice(0, 8))).size).toBeGreaterThan(195)
  })

  test('ids of ledger entries carry their moment, and are unique within it', () => {
    const at = new Date('2026-11-02T09:00:00.123Z')
    const ids = Array.from({ length: 200 }, () => orderedId(at))
    expect(new Set(ids).size).toBe(200)
    for (const id of ids) {
      expect(id).toMatch(idPattern)
      expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(at.getTime())
    }
  })

  test.each(['', 'x', '01234567-89AB-4def-8123-456789abcdef', '0123456789ab4def8123456789abcdef'])(
    '"%s" is no id',
    (text) => {
      expect(() => idToBytes(text)).toThrow(TypeError)
    },
  )
})

describe('time to live', () => {
  const at = new Date('2026-11-02T09:00:00.900Z')

  test('SUPP-06: it is whole seconds, as DynamoDB wants it', () => {
    expect(ttlAt(at, 7)).toBe(Date.parse('2026-11-09T09:00:00.000Z') / 1000)
  })

  test('SUPP-06: what is past it is gone, although DynamoDB has not deleted it yet', () => {
    const item = { ttl: ttlAt(at, 7) }
    expect(isPastTtl(item, new Date('2026-11-09T08:59:59.999Z'))).toBe(false)
    expect(isPastTtl(item, new Date('2026-11-09T09:00:00.000Z'))).toBe(true)
    expect(isPastTtl({}, new Date('2126-11-09T09:00:00.000Z'))).toBe(false)
  })
})

describe('items', () => {
  test('what goes into a table comes out again; what is undefined is left out', () => {
    const value = {
      text: 'æ',
      number: 1.5,
      yes: true,
      bytes: Uint8Array.of(1),
      list: ['a', { b: 1 }],
    }
    expect(
      fromItem(toItem({ ...value, none: undefined, list: ['a', { b: 1, c: undefined }] })),
    ).toEqual(value)
  })
})

describe('calendar months', () => {
  test.each([
    ['2027-01-31T10:00:00.000Z', 1, '2027-02-28T10:00:00.000Z'],
    ['2028-01-31T10:00:00.000Z', 1, '2028-02-29T10:00:00.000Z'],
    ['2026-12-31T23:59:59.999Z', 1, '2027-01-31T23:59:59.999Z'],
    ['2026-11-02T09:00:00.000Z', 14, '2028-01-02T09:00:00.000Z'],
    ['2028-02-29T00:00:00.000Z', 12, '2029-02-28T00:00:00.000Z'],
    ['2026-08-31T00:00:00.000Z', 0, '2026-08-31T00:00:00.000Z'],
  ])('%s and %i months is %s', (at, months, end) => {
    expect(monthsAfter(new Date(at), months).toISOString()).toBe(end)
  })
})

describe('the current key', () => {
  test('SEC-03: is the newest of those that may sign', () => {
    const keys = [
      fixedKey('session', { id: 1, state: 'current' }),
      fixedKey('session', { id: 2, state: 'current' }),
      fixedKey('session', { id: 3, state: 'verify' }),
      fixedKey('session', { id: 4, state: 'revoked' }),
    ]
    expect(currentKey(keys).id).toBe(2)
    expect(() => currentKey(keys.slice(2))).toThrow(KeyError)
  })
})
