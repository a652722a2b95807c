/** One thing that was looked at, and what to do about it. */
export type Finding = {
  /** `look` could not be told from here, or is no fault yet. */
  result: 'fine' | 'wrong' | 'look'
  /** The rule it serves (requirements), where there is one. */
  rule: string
  what: string
  /** What was seen and what to fix; empty where all is fine. */
  fix: string
}

/** Fine when nothing was found amiss. */
export function finding(rule: string, what: string, amiss: readonly string[]): Finding {
  return { result: amiss.length === 0 ? 'fine' : 'wrong', rule, what, fix: amiss.join('; ') }
}

export function look(rule: string, what: string, fix: string): Finding {
  return { result: 'look', rule, what, fix }
}

/** A table for a terminal: one line a finding, what is wrong first. */
export function table(findings: readonly Finding[]): string {
  const order = { wrong: 0, look: 1, fine: 2 }
  const lines = findings.toSorted((a, b) => order[a.result] - order[b.result])
  const width = (of: (each: Finding) => string) => Math.max(...lines.map((each) => of(each).length))
  const [rules, whats] = [width(({ rule }) => rule), width(({ what }) => what)]
  return lines
    .map(({ result, rule, what, fix }) =>
      `${result.padEnd(5)}  ${rule.padEnd(rules)}  ${what.padEnd(whats)}  ${fix}`.trimEnd(),
    )
    .join('\n')
}
