import fc from 'fast-check'
import { expect, it } from 'vitest'
import { stored } from '../../functions/audience/import-declaration.ts'
import { importable } from '../../functions/audience/importable.ts'
import {
  type ActKind,
  applyAct,
  type Choices,
  isOff,
  states,
} from '../../functions/consent/choices.ts'
import { decide, suppressionKinds } from '../../functions/consent/decide.ts'
import { allMarketing } from '../../functions/consent/policy.ts'
import { policy } from '../../policy.ts'
import { act, standing } from '../support/acts.ts'

const now = new Date('2026-11-27T12:00:00Z')
const topics = ['newsletter', 'events']
const at = fc.date({ min: new Date('2025-01-01'), max: now, noInvalidDate: true })

/** What a person may have said, in any order, at any time, also later than the evidence is of. */
const history = fc.array(
  fc.record({
    kind: fc.constantFrom<ActKind>('confirm', 'withdraw', 'object', 'refuse', 'expire', 'import'),
    purpose: fc.constantFrom(...topics, ...allMarketing(policy).slice(-1)),
    state: fc.constantFrom(...states),
    at,
  }),
  { maxLength: 6 },
)
const person = fc
  .record({
    said: history,
    restricted: fc.boolean(),
    erasing: fc.boolean(),
    suppressed: fc.subarray([...suppressionKinds]),
  })
  .map(({ said, ...rest }) => {
    const choices = said.reduce<Choices>(
      (before, { kind, purpose, state, at: when }) =>
        applyAct(before, act(kind, when, { purpose, state, basis: 'consent' })),
      {},
    )
    return standing({ choices, ...rest })
  })
const declaration = stored({
  topics,
  source: 'test',
  evidence: { kind: 'confirmed-opt-in' },
  noticeVersion: 1,
  delimiter: ',',
  bytes: 1,
  dryRun: false,
  columns: {},
})

it('CONS-15 CONS-17 an import turns on nothing of anybody who has said no to it, is suppressed, restricted or being erased', () => {
  fc.assert(
    fc.property(person, at, (known, collected) => {
      const { changes } = importable(policy, known, {
        act: act('import', collected),
        declaration,
        now,
      })
      if (changes.length > 0) {
        expect([known.restricted, known.erasing, known.suppressed]).toEqual([false, false, []])
      }
      for (const { purpose, state, basis } of changes) {
        const before = known.choices[purpose]
        expect([state, basis, before !== undefined && isOff(before.state)]).toEqual([
          'given',
          'consent',
          false,
        ])
        // Only what their own act has not decided, one way or the other.
        expect(before?.rank.startsWith('1') ?? false).toBe(false)
      }
    }),
    { numRuns: 2000 },
  )
})

it('CONS-14 what it turns on, `decide` allows; what it does not, is left as it was, or said why', () => {
  fc.assert(
    fc.property(person, at, (known, collected) => {
      const imported = act('import', collected)
      const { changes, leftOut } = importable(policy, known, { act: imported, declaration, now })
      const choices = applyAct(known.choices, { ...imported, changes })
      const may = topics.filter((topic) => decide(policy, { ...known, choices }, topic, now).may)
      for (const { purpose } of changes) expect(may).toContain(purpose)
      expect(may.length < topics.length).toBe(leftOut.length > 0)
    }),
    { numRuns: 2000 },
  )
})
