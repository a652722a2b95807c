import { describe, expect, test } from 'vitest'
import { findingsOf, invariantIds } from '../../../infra/audit/invariants.ts'
import { reportText } from '../../../infra/audit/report-text.ts'
import { createTally } from '../../../infra/audit/tally.ts'

const finding = (id: string) => ({ invariant: 2 as const, kind: 'spoilt', id })

describe('the tally of an audit', () => {
  test('counts all that is broken and remembers twenty of it, however much there is', () => {
    const tally = createTally()
    for (let index = 0; index < 100_000; index++) tally.broken(finding(`C#${index}`))
    const [report] = tally.report({}).invariants.filter(({ broken }) => broken > 0)
    expect(report).toMatchObject({ invariant: 2, broken: 100_000 })
    expect(report?.examples).toHaveLength(20)
  })

  test('is clean exactly when nothing is broken', () => {
    const tally = createTally()
    tally.checked([1, 2])
    expect(tally.report({}).clean).toBe(true)
    tally.broken(finding('C#1'))
    expect(tally.report({}).clean).toBe(false)
  })

  test('an id that is an address is not repeated (SEC-14)', () => {
    const [found] = findingsOf(10, 'A#kari@example.org A', { 'in clear: pk': true })
    expect(found?.id).toBe('(withheld) A')
  })
})

describe('the report as text', () => {
  test('has a line for each invariant with its counts, and what is broken by kind and id', () => {
    const tally = createTally()
    tally.checked([1, 2, 2])
    for (let index = 0; index < 23; index++) tally.broken(finding(`C#${index}`))
    tally.unsettled()
    const lines = reportText(tally.report({ 8: 'items only' })).split('\n')
    expect(lines.slice(0, 3)).toEqual([
      ' 1  holds   a membership stands exactly where the decision is yes: 1 checked, 0 broken',
      ' 2  BROKEN  the choices are the fold of the ledger: 2 checked, 23 broken',
      ' 3  holds   each ledger entry stands in the journal, unchanged: 0 checked, 0 broken',
    ])
    expect(lines[7]).toContain('0 checked, 0 broken (items only)')
    expect(lines[10]).toBe('broken 2: spoilt: C#0')
    expect(lines.slice(-3)).toEqual([
      'broken 2: and 3 more',
      '1 kept changing while they were read: run the audit again for them',
      'BROKEN: see above',
    ])
    expect(lines).toHaveLength(invariantIds.length + 20 + 3)
  })
})
