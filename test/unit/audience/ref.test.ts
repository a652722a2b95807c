import { describe, expect, it } from 'vitest'
import { refOfLine } from '../../../functions/audience/file-format.ts'
import { recipientRefs } from '../../../functions/audience/ref.ts'
import { csvLines } from '../../../functions/platform/csv.ts'
import { randomId } from '../../../functions/platform/id.ts'
import { type Key, KeyError } from '../../../functions/platform/keyring.ts'

const key = (id: number, state: Key['state'] = 'current'): Key => ({
  id,
  state,
  bytes: Buffer.alloc(32, id),
})

describe('EXP-04 the ref by which a recipient knows a person', () => {
  const person = randomId()

  it('is the same each time for the same recipient', () => {
    const [first, second] = [1, 2].map(() => recipientRefs([key(1)], 'crm').refOf(person))
    expect(first).toBe(second)
    expect(first).toMatch(/^r[\w-]{22}$/)
  })

  it('differs between recipients, so that their files cannot be joined', () => {
    const refs = ['crm', 'event-desk'].map((name) => recipientRefs([key(1)], name).refOf(person))
    expect(new Set(refs).size).toBe(2)
  })

  it('differs between persons', () => {
    const { refOf } = recipientRefs([key(1)], 'crm')
    expect(new Set(Array.from({ length: 500 }, () => refOf(randomId()))).size).toBe(500)
  })

  it('can be made again after the key was rotated', () => {
    const before = recipientRefs([key(1)], 'crm')
    const rotated = [key(1, 'verify'), key(2)]
    expect(recipientRefs(rotated, 'crm').refOf(person)).not.toBe(before.refOf(person))
    expect(recipientRefs(rotated, 'crm', before.keyId).refOf(person)).toBe(before.refOf(person))
  })

  it('cannot be made without the key', () => {
    expect(() => recipientRefs([key(1)], 'crm', 9)).toThrow(KeyError)
    expect(() => recipientRefs([], 'crm')).toThrow(KeyError)
  })

  it('is not changed by any format, and found again in each', () => {
    const { refOf } = recipientRefs([key(1)], 'crm')
    for (let count = 0; count < 300; count++) {
      const ref = refOf(randomId())
      expect(refOfLine(csvLines([[ref, 'someone@example.org']]))).toBe(ref)
      expect(refOfLine(JSON.stringify({ ref, email: 'someone@example.org' }))).toBe(ref)
      expect(refOfLine(`${ref} ${person}`)).toBe(ref)
    }
  })
})
