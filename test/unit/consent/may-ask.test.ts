import { describe, expect, test } from 'vitest'
import type { ActKind, Change } from '../../../functions/consent/choices.ts'
import type { Standing } from '../../../functions/consent/decide.ts'
import { isAskedAnew, isCoolingDown } from '../../../functions/consent/may-ask.ts'
import { directMarketing, type Policy } from '../../../functions/consent/policy.ts'
import { choice, dawn, given, objected, standing, withdrawn } from '../../support/acts.ts'
import { policyWith } from '../../support/policies.ts'

const refused = (purpose: string): Change => ({ purpose, state: 'refused' })
const month = (count: number): Date => new Date(Date.UTC(2096, 10 + count, 2, 9))

/** The wording of profiling changed with the third notice; a no holds for six months. */
const changed = policyWith(({ notice, purposes }) => {
  notice.version = 3
  purposes.profiling = { ...purposes.profiling, consentSince: 3 }
})

function asked(
  said: [ActKind, Change, number] | undefined,
  { now = month(1), by = changed, ...over }: { now?: Date; by?: Policy } & Partial<Standing> = {},
): boolean {
  const choices = said === undefined ? {} : { profiling: choice(said[0], dawn, said[1], said[2]) }
  const asking = standing({ ...over, choices: { ...choices, ...over.choices } })
  return isAskedAnew(by, { standing: asking, purpose: 'profiling', now })
}

describe('CONS-08: a changed wording', () => {
  test('asks whoever had said yes to the earlier one', () => {
    expect(asked(['confirm', given('profiling'), 2])).toBe(true)
  })

  test.each<[string, [ActKind, Change, number] | undefined]>([
    ['whoever said yes to it', ['confirm', given('profiling'), 3]],
    ['whoever never said anything', undefined],
    ['whoever turned it off', ['withdraw', withdrawn('profiling'), 1]],
    ['whoever objected', ['object', objected('profiling'), 1]],
  ])('does not ask %s', (_, said) => {
    expect(asked(said)).toBe(false)
    expect(asked(said, { now: month(60) })).toBe(false)
  })

  test('does not ask whoever has stopped everything, is restricted, suppressed or being erased', () => {
    const said: [ActKind, Change, number] = ['confirm', given('profiling'), 2]
    const all = choice('withdraw', month(0.5), withdrawn(directMarketing))
    expect(asked(said, { choices: { [directMarketing]: all } })).toBe(false)
    expect(asked(said, { restricted: true })).toBe(false)
    expect(asked(said, { erasing: true })).toBe(false)
    expect(asked(said, { suppressed: ['complaint'] })).toBe(false)
  })
})

describe('CONS-10: a no', () => {
  test('to the new wording is not followed by the same question', () => {
    expect(asked(['refuse', refused('profiling'), 3])).toBe(false)
    expect(asked(['refuse', refused('profiling'), 3], { now: month(60) })).toBe(false)
  })

  test('to an earlier wording is, once the cool-down is over and the wording is another', () => {
    expect(asked(['refuse', refused('profiling'), 2], { now: month(5) })).toBe(false)
    expect(asked(['refuse', refused('profiling'), 2], { now: month(6) })).toBe(true)
  })

  test('cools down for as many months as the policy says', () => {
    const year = policyWith(({ consent }) => {
      consent.reaskMonths = 12
    })
    const said = choice('withdraw', dawn, withdrawn('calls'))
    expect(isCoolingDown(year, said, month(11))).toBe(true)
    expect(isCoolingDown(year, said, month(12))).toBe(false)
    expect(isCoolingDown(changed, said, month(6))).toBe(false)
  })

  test('that is an objection never does (CONS-16), and a yes has nothing to cool down from', () => {
    expect(isCoolingDown(changed, choice('object', dawn, objected('calls')), month(600))).toBe(true)
    expect(isCoolingDown(changed, choice('confirm', dawn, given('calls')), month(0))).toBe(false)
    expect(isCoolingDown(changed, undefined, month(0))).toBe(false)
  })
})
