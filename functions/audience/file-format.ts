import { csvLines } from '../platform/csv.ts'
import type { Cell, Column } from './columns.ts'
import type { Criteria } from './criteria.ts'

/** How rows become lines. In every format a row is exactly one line, and `ref` comes first in it. */
export type FileFormat = {
  extension: string
  header: (columns: readonly Column[]) => string
  lines: (columns: readonly Column[], rows: readonly (readonly Cell[])[]) => string
}

export const fileFormats: Record<Criteria['format'], FileFormat> = {
  csv: {
    extension: 'csv.gz',
    header: (columns) => csvLines([columns]),
    lines: (_, rows) => csvLines(rows),
  },
  ndjson: {
    extension: 'ndjson.gz',
    header: () => '',
    lines: (columns, rows) => rows.map((row) => `${jsonLine(columns, row)}\n`).join(''),
  },
}

function jsonLine(columns: readonly Column[], row: readonly Cell[]): string {
  return JSON.stringify(
    Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])),
  )
}

/** The ref that a line is about: in CSV, NDJSON and member lists alike it is the first value. */
export function refOfLine(line: string): string {
  return /^(?:\{"ref":")?([\w-]+)/.exec(line)?.[1] ?? ''
}
