import { csvLines } from '../../platform/csv.ts'
import type { Cell, CopySection } from './copy-section.ts'
import type { FileShape } from './rolling-file.ts'

/** One table, as RFC 4180 has it, safe to open in a spreadsheet (EXP-03). */
export function csvShape({ id, columns }: CopySection): FileShape {
  const names = columns.map(({ name }) => name)
  return {
    contentType: 'text/csv; charset=utf-8',
    nameOf: (part) => (part === 1 ? `${id}.csv` : `${id}-${part}.csv`),
    open: () => '',
    begin: () => csvLines([names]),
    row: (_, row) => csvLines([names.map((name) => inCell(row[name]))]),
    end: () => '',
    close: () => '',
  }
}

function inCell(cell: Cell): string | number | undefined {
  if (typeof cell === 'string' || typeof cell === 'number' || cell === undefined) return cell
  return typeof cell === 'boolean' ? String(cell) : cell.join('; ')
}
