import { Readable } from 'node:stream'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CsvRecord, csvRecords, UnreadableFile } from '../../functions/audience/csv-records.ts'

const start = { bytes: 0, row: 0 }

/** In pieces of this size, as a network might bring them. */
const arriving = (bytes: Buffer, size: number): Readable =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    ),
  )

async function all(bytes: Buffer, { size = 7, from = start, delimiter = ',' } = {}) {
  const records: CsvRecord[] = []
  const rest = bytes.subarray(from.bytes)
  for await (const record of csvRecords(arriving(rest, size), { from, delimiter })) {
    records.push(record)
  }
  return records
}

const cell = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('', '"', ',', ';', 'a\r\nb', 'c\nd', 'æøå', ' x '),
)
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
const file = fc.record({
  rows: fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 }),
  end: fc.constantFrom('\n', '\r\n'),
  delimiter: fc.constantFrom(',', ';', '\t'),
  bom: fc.boolean(),
  size: fc.integer({ min: 1, max: 40 }),
})
type Drawn = { rows: string[][]; end: string; delimiter: string; bom: boolean }
const written = ({ rows, end, delimiter, bom }: Drawn): Buffer =>
  Buffer.from(
    `${bom ? '\ufeff' : ''}${rows.map((row) => `${row.map(quoted).join(delimiter)}${end}`).join('')}`,
  )

describe('a CSV file', () => {
  it('gives its rows as they were written, however it arrives', async () => {
    await fc.assert(
      fc.asyncProperty(file, async (drawn) => {
        const { delimiter, size, rows } = drawn
        const read = await all(written(drawn), { delimiter, size })
        expect(read.map(({ cells }) => cells)).toEqual(rows)
        expect(read.map(({ place }) => place.row)).toEqual(rows.map((_, index) => index + 1))
      }),
    )
  })

  it('read on from behind any of its rows gives exactly the others', async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.nat(), async (drawn, nth) => {
        const bytes = written(drawn)
        const { delimiter, size } = drawn
        const whole = await all(bytes, { delimiter, size })
        const index = nth % whole.length
        const from = whole[index]?.place ?? start
        expect(await all(bytes, { delimiter, size, from })).toEqual(whole.slice(index + 1))
      }),
    )
  })

  it('with a quote that is never closed ends, and takes no memory for it', async () => {
    const endless = Readable.from(
      (function* () {
        yield 'email\n"'
        for (;;) yield 'x'.repeat(1000)
      })(),
    )
    const reading = (async () => {
      for await (const { cells } of csvRecords(endless, { from: start, delimiter: ',' })) {
        expect(cells).toEqual(['email'])
      }
    })()
    await expect(reading).rejects.toThrow(UnreadableFile)
  })
})
