/**
 * RFC 4180, safe to open in a spreadsheet (EXP-03): a cell never starts like a formula and never
 * holds a line break or another control character, so every row is one line.
 */
export function csvLines(rows: readonly (readonly (string | number | undefined)[])[]): string {
  return rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('')
}

function quoted(cell: string | number | undefined): string {
  const text = typeof cell === 'string' ? safeCell(cell) : String(cell ?? '')
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/**
 * The text as it stands in a cell. Spreadsheets skip what is invisible at the start of a cell and
 * take wide, small and raised signs for plain ones, so both are looked through here.
 */
export function safeCell(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ').replace(/^[\s\p{Cf}]+|\s+$/gu, '')
  return /^[=+\-@\u2212]/.test(line.slice(0, 2).normalize('NFKC')) ? `'${line}` : line
}
