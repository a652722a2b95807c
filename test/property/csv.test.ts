import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvLines, safeCell } from '../../functions/platform/csv.ts'

// biome-ignore format: signs in rows, not one a line
const nasty = fc.constantFrom(
  '=', '+', '-', '@', '\t', '\r', '\n', '\0', '\u000b', '\u0085', '\u2028', '\u200b', '\ufeff',
  '\u202e', '\uff1d', '\uff0b', '\uff0d', '\uff20', '\ufe62', '\ufe63', '\ufe66', '\ufe6b', '\u207a',
  '\u2212', '"', "'", ',', ';', ' ', '\u00a0', 'a', '1', 'ø', '😀', '|', '%',
)
const text = fc.oneof(
  fc.string({ unit: nasty, maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const cell = fc.oneof(text, fc.integer(), fc.constant(undefined))
const rows = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1 })

/** What a spreadsheet takes for the start of a formula, as itself or as a look-alike. */
const formula = /^[=+\-@\t\r\n\0\u2212]/
const invisibleStart = /^[\s\p{Cc}\p{Cf}]/u

describe('EXP-03 a CSV cell', () => {
  it('never starts like a formula, however the sign is dressed up or hidden', () => {
    fc.assert(
      fc.property(text, (input) => {
        const safe = safeCell(input)
        expect(safe).not.toMatch(formula)
        expect(safe).not.toMatch(invisibleStart)
        expect(safe.slice(0, 2).normalize('NFKC')).not.toMatch(formula)
      }),
      { numRuns: 2000 },
    )
  })

  it('holds no control character, so that each row is exactly one line', () => {
    fc.assert(
      fc.property(rows, (table) => {
        const csv = csvLines(table)
        expect(csv.split('\r\n')).toHaveLength(table.length + 1)
        expect(csv.replaceAll('\r\n', '')).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
      }),
    )
  })

  it('reads back as what was written (RFC 4180)', () => {
    fc.assert(
      fc.property(rows, (table) => {
        const read = parse(csvLines(table), { relax_column_count: false, record_delimiter: '\r\n' })
        expect(read).toEqual(
          table.map((row) =>
            row.map((value) => (typeof value === 'string' ? safeCell(value) : String(value ?? ''))),
          ),
        )
      }),
      { numRuns: 1000 },
    )
  })

  it('keeps a harmless text as it is', () => {
    const word = fc.stringMatching(/^[\p{L}\p{N}][\p{L}\p{N} .'-]{0,20}[\p{L}\p{N}]$/u)
    fc.assert(
      fc.property(word, (input) => {
        fc.pre(!/^[=+\-@]/.test(input.slice(0, 2).normalize('NFKC')))
        expect(safeCell(input)).toBe(input)
      }),
    )
  })

  it('keeps a number a number, below zero too', () => {
    expect(csvLines([[-5, 7, undefined]])).toBe('-5,7,\r\n')
  })
})
