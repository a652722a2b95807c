import type { InvariantReport, Report } from './tally.ts'

/** One line for each invariant, then what is broken, by kind and id alone (SEC-14). */
export function reportText({ clean, unsettled, invariants: lines }: Report): string {
  return [
    ...lines.map(line),
    ...lines.flatMap(({ invariant, broken, examples }) => [
      ...examples.map(({ kind, id }) => `broken ${invariant}: ${kind}: ${id}`),
      ...(broken > examples.length
        ? [`broken ${invariant}: and ${count(broken - examples.length)} more`]
        : []),
    ]),
    ...(unsettled > 0
      ? [`${count(unsettled)} kept changing while they were read: run the audit again for them`]
      : []),
    clean ? 'nothing is broken' : 'BROKEN: see above',
  ].join('\n')
}

function line({ invariant, title, checked, broken, note }: InvariantReport): string {
  const number = String(invariant).padStart(2)
  const counts = `${count(checked)} checked, ${count(broken)} broken`
  return `${number}  ${broken === 0 ? 'holds ' : 'BROKEN'}  ${title}: ${counts}${note === undefined ? '' : ` (${note})`}`
}

const count = (value: number): string => value.toLocaleString('en')
