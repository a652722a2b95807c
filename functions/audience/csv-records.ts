import { pipeline, type Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import * as v from 'valibot'

/** How far a file has been read: up to this byte, and how many rows, as a spreadsheet numbers them. */
export type Place = { bytes: number; row: number }
export type CsvRecord = { cells: readonly string[]; place: Place }

/** From here on the file cannot be told apart into rows: a quote is never closed, or a row never ends. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile'
}

/** More than all columns of a row can hold; an unclosed quote would else take the whole file into memory. */
const longestRecord = 20_000

const readSchema = v.object({
  record: v.array(v.string()),
  info: v.object({ bytes: v.number(), records: v.number() }),
})

/**
 * The rows of a CSV file (RFC 4180, with or without a byte order mark), one by one as they arrive. Empty ones
 * are rows, too, so that a number means the same here and in a spreadsheet.
 * @param from where `bytes` begins in the file; always at a row.
 */
export async function* csvRecords(
  bytes: Readable,
  { from, delimiter }: { from: Place; delimiter: string },
): AsyncGenerator<CsvRecord> {
  const parser = parse({
    bom: from.bytes === 0,
    delimiter,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: longestRecord,
  })
  try {
    // The callback makes a fault of either stream the fault of the loop below; it needs nothing more.
    for await (const read of pipeline(bytes, parser, () => {})) {
      const { record, info } = v.parse(readSchema, read)
      yield {
        cells: record,
        place: { bytes: from.bytes + info.bytes, row: from.row + info.records },
      }
    }
  } catch (fault) {
    if (!(fault instanceof CsvError)) throw fault
    throw new UnreadableFile(fault.code, { cause: fault })
  } finally {
    bytes.destroy()
  }
}
