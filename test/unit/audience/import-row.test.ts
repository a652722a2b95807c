import { parse } from 'valibot'
import { describe, expect, it } from 'vitest'
import {
  declarationSchema,
  refusalOf,
  stored,
} from '../../../functions/audience/import-declaration.ts'
import { columnsIn, parseRow } from '../../../functions/audience/import-row.ts'
import { policy } from '../../../policy.ts'

const now = new Date('2026-11-27T12:00:00Z')
const declared = {
  topics: ['newsletter'],
  source: 'Our old website',
  evidence: { kind: 'confirmed-opt-in', reference: 'old/7', collected: '2026-05-01' },
  noticeVersion: 1,
  bytes: 100,
}
const declaration = (over: object = {}) =>
  stored(parse(declarationSchema, { ...declared, ...over }))
const columns = ['email', 'name', 'phone', 'evidence', 'collected'] as const
const read = (record: string[], over: object = {}) =>
  parseRow({ policy, declaration: declaration(over), now }, columns, record)

describe('a row of a file', () => {
  it('SUPP-04 CONS-14 is an address in its one spelling, and the file’s evidence where it has none', () => {
    expect(read([' Kari@BLÅ.Example ', 'Kari', '', '', ''])).toEqual({
      kind: 'row',
      row: {
        identity: { email: 'kari@xn--bl-zia.example', name: 'Kari' },
        language: 'nb',
        evidenceRef: 'old/7',
        collected: new Date('2026-05-01'),
      },
    })
  })

  it.each([
    [['nobody', '', '', '', ''], 'invalid-email'],
    [['', 'Kari', '', '', ''], 'invalid-email'],
    [['a@example.org', 'two\nlines', '', '', ''], 'invalid-person'],
    [['a@example.org', '', 'ring me', '', ''], 'invalid-person'],
    [['a@example.org', 'Bj\ufffdrn', '', '', ''], 'not-utf-8'],
    [['a@example.org', '', '', 'kari@example.org', ''], 'invalid-evidence'],
    [['a@example.org', '', '', 'said so', ''], 'invalid-evidence'],
    [['a@example.org', '', '', '', '1 May'], 'invalid-evidence'],
    [['a@example.org', '', '', '', 'soon'], 'invalid-evidence'],
    [['a@example.org', '', '', '', '2026-02-31'], 'invalid-evidence'],
    [['a@example.org', '', '', '', '2026-11-28'], 'invalid-evidence'],
  ])('%j is left out as %s', (record, reason) => {
    expect(read(record)).toEqual({ kind: 'bad', reason })
  })

  it('CONS-14 without a reference or a day is no evidence', () => {
    const kind = 'confirmed-opt-in'
    for (const evidence of [
      { kind },
      { kind, reference: 'x' },
      { kind, collected: '2026-05-01' },
    ]) {
      expect(read(['a@example.org', '', '', '', ''], { evidence })).toEqual({
        kind: 'bad',
        reason: 'no-evidence',
      })
    }
  })

  it('may be shorter than the headings, or empty', () => {
    expect(read(['a@example.org'])).toMatchObject({ kind: 'row' })
    expect(read([''])).toEqual({ kind: 'empty' })
    expect(read(['', ' ', ''])).toEqual({ kind: 'empty' })
  })
})

describe('the headings', () => {
  it('are found in any order and case; what is not asked for is not read', () => {
    const named = declaration({ columns: { email: 'E-post' } })
    expect(columnsIn([' NAME', 'Født', 'e-post '], named)).toEqual(['name', '', 'email'])
  })

  it.each([[['name']], [['email', 'Email']], [['email', 'name', 'NAME']]])(
    '%j cannot be told apart',
    (headings) => {
      expect(columnsIn(headings, declaration())).toBeUndefined()
    },
  )
})

describe('a declaration', () => {
  const refused = (over: object) =>
    refusalOf(policy, parse(declarationSchema, { ...declared, ...over }), now)

  it('that the policy allows is taken', () => {
    expect(refused({})).toBeUndefined()
  })

  it.each([
    ['for a purpose', { topics: ['profiling'] }, 'unknown-topic'],
    ['for what is no name at all', { topics: ['constructor'] }, 'unknown-topic'],
    [
      'for a topic that no import may turn on',
      { topics: ['newsletter', 'webinars'] },
      'undeclared-evidence',
    ],
    ['on less than the policy wants', { evidence: { kind: 'signed-form' } }, 'undeclared-evidence'],
    ['of tomorrow', { evidence: { ...declared.evidence, collected: '2026-11-28' } }, 'invalid'],
    ['of a notice to come', { noticeVersion: 2 }, 'invalid'],
    ['in a language that we do not write', { language: 'sv' }, 'invalid'],
  ])('%s is refused', (_, over, kind) => {
    expect(refused(over)?.kind).toBe(kind)
  })

  it.each([
    ['source', 'from kari@example.org'],
    ['source', 'two\nlines'],
    ['source', ''],
    ['evidence', { kind: 'sale', reference: 'a b' }],
    ['evidence', { kind: 'hearsay' }],
    ['bytes', 25_000_001],
    ['bytes', 0],
    ['columns', { age: 'x' }],
    ['overwrite', true],
  ])('SEC-14 cannot hold %s %j', (field, value) => {
    expect(() => parse(declarationSchema, { ...declared, [field]: value })).toThrow()
  })
})
