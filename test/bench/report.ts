/** One line of the result: what was measured, the floor beside it, and what is allowed. */
export type Row = {
  what: string
  measured: string
  floor?: string
  /** Measured against the floor, and the range in which half of the rounds lie. */
  ratio?: number
  spread?: { from: number; to: number }
  budget?: string
  /** Left out where nothing is promised. */
  within?: boolean
}

export function markdown(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.what,
    row.measured,
    row.floor ?? '',
    ratioOf(row),
    row.budget ?? '',
    row.within === undefined ? '' : row.within ? 'yes' : '**no**',
  ])
  const table = [
    ['', 'measured', 'floor', 'ratio', 'budget', 'within'],
    ['---', '--:', '--:', '--:', '--:', ':-:'],
    ...cells,
  ]
  return table.map((line) => `| ${line.join(' | ')} |`).join('\n')
}

function ratioOf({ ratio, spread }: Row): string {
  if (ratio === undefined) return ''
  if (spread === undefined) return `${ratio.toFixed(2)}×`
  return `${ratio.toFixed(2)}× (${spread.from.toFixed(2)}–${spread.to.toFixed(2)})`
}

export const overBudget = (rows: readonly Row[]): Row[] =>
  rows.filter(({ within }) => within === false)
