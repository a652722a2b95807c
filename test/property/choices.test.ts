import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Act,
  applyAct,
  type Choices,
  isOff,
  type StoredState,
} from '../../functions/consent/choices.ts'
import { decide } from '../../functions/consent/decide.ts'
import { purposeIds } from '../../functions/consent/policy.ts'
import {
  anyAct,
  anyHistory,
  contested,
  dawn,
  day,
  given,
  later,
  nextId,
  standing,
  twoOrders,
} from '../support/acts.ts'
import { lastWord, mayBeReached } from '../support/choice-model.ts'
import { holds } from '../support/holds.ts'
import { balancingTest, policyWith, text } from '../support/policies.ts'

const policy = policyWith((declared) => {
  declared.notice.version = 2
  declared.topics.newsletter = {
    basis: 'consent',
    name: text,
    description: text,
    consentSince: 2,
  }
  declared.purposes.profiling = {
    basis: 'legitimate_interest',
    balancingTest,
    name: text,
    description: text,
  }
})

const choicesAfter = (history: readonly Act[], before: Choices = {}): Choices =>
  history.reduce<Choices>(applyAct, before)

const statesAndRanks = (choices: Choices): Record<string, [StoredState, string]> =>
  Object.fromEntries(
    Object.entries(choices).map(([purpose, { state, rank }]) => [purpose, [state, rank]]),
  )

/** What may be done at each of a few moments, over every purpose: all that anyone can ask. */
function answers(choices: Choices): string[] {
  return purposeIds(policy).flatMap((purpose) =>
    [later(3), later(day), later(2 * day + 1)].map((now) => {
      const decision = decide(policy, standing({ choices }), purpose, now)
      return `${purpose} ${decision.may ? 'yes' : decision.because}`
    }),
  )
}

const mayAny = (choices: Choices, purpose: string, now: Date): boolean =>
  decide(policy, standing({ choices }), purpose, now).may

describe('any order of arrival', () => {
  test('CONS-17: the same acts leave the same states and ranks, duplicates and all', async () => {
    await holds(
      fc.property(twoOrders(), ({ one, other }) => {
        expect(statesAndRanks(choicesAfter(other))).toEqual(statesAndRanks(choicesAfter(one)))
      }),
      2000,
    )
  })

  test('CONS-17: the same acts leave the same answers, also when several were made at one moment', async () => {
    await holds(
      fc.property(twoOrders(), ({ one, other }) => {
        expect(answers(choicesAfter(other))).toEqual(answers(choicesAfter(one)))
      }),
      1000,
    )
  })

  test('UNSUB-09: a whole history that arrives again changes nothing', async () => {
    await holds(
      fc.property(anyHistory(), (history) => {
        const once = choicesAfter(history)
        expect(choicesAfter(history, once)).toEqual(once)
      }),
    )
  })
})

describe('nobody is reached who may not be', () => {
  const rules = {
    newsletter: { basis: 'consent', consentSince: 2 },
    'customer-offers': { basis: 'existing_customer', consentSince: 1 },
    'open-tracking': { basis: 'consent', consentSince: 1 },
    profiling: { basis: 'legitimate_interest', consentSince: 1 },
  }

  test.each(Object.entries(rules))(
    'CONS-07, CONS-17: about %s the decision is what the whole history says, no more and no less',
    async (purpose, { basis, consentSince }) => {
      const moments = fc.constantFrom(later(3), later(day), later(2 * day + 1))
      await holds(
        fc.property(anyHistory(), moments, (history, now) => {
          const model = { basis, consentSince, validUntil: () => Number.POSITIVE_INFINITY }
          expect(mayAny(choicesAfter(history), purpose, now)).toBe(
            mayBeReached(history, purpose, { now, rules: model }),
          )
        }),
        2000,
      )
    },
  )

  test('the histories tried hold both answers, so that neither is proved by absence', () => {
    const seen = new Set<boolean>()
    const kindsOfNo = new Set<string>()
    for (const history of fc.sample(anyHistory(), 2000)) {
      const decision = decide(
        policy,
        standing({ choices: choicesAfter(history) }),
        'newsletter',
        later(day),
      )
      seen.add(decision.may)
      if (!decision.may) kindsOfNo.add(decision.because)
    }
    expect(seen).toEqual(new Set([true, false]))
    expect([...kindsOfNo].sort()).toEqual([
      'earlier-notice',
      'expired',
      'objected',
      'other-basis',
      'paused',
      'refused',
      'stopped-all',
      'unknown',
      'withdrawn',
    ])
  })

  test('CONS-07: a person who only ever said no is never reached', async () => {
    const noes = anyHistory(['refuse', 'withdraw', 'one-click', 'object', 'complaint', 'expire'])
    await holds(
      fc.property(noes, (history) => {
        const choices = choicesAfter(history)
        for (const purpose of purposeIds(policy)) {
          expect(mayAny(choices, purpose, later(day))).toBe(false)
        }
      }),
    )
  })

  test('RIGHT-11, SUPP-04: whatever was said, nobody suppressed, restricted or being erased is reached', async () => {
    const obstacle = fc.constantFrom(
      { restricted: true },
      { erasing: true },
      { suppressed: ['objection'] as const },
      { suppressed: ['bounce'] as const },
    )
    await holds(
      fc.property(anyHistory(), obstacle, (history, over) => {
        const asked = standing({ choices: choicesAfter(history), ...over })
        for (const purpose of purposeIds(policy)) {
          expect(decide(policy, asked, purpose, later(day)).may).toBe(false)
        }
      }),
    )
  })
})

describe('imports', () => {
  const imports = anyHistory(['import'])

  test('CONS-15: no import, however late, raises anyone who withdrew, objected, refused or expired', async () => {
    await holds(
      fc.property(anyHistory(), imports, (history, rows) => {
        const before = choicesAfter(history)
        const late = rows.map((row) => ({ ...row, at: later(1000 * day) }))
        const now = later(1001 * day)
        for (const purpose of contested) {
          const state = before[purpose]?.state
          if (state === undefined || !isOff(state)) continue
          expect(mayAny(choicesAfter(late, before), purpose, now)).toBe(false)
        }
      }),
      1000,
    )
  })

  test('CONS-15: nor whoever stopped everything, for topics never named either', async () => {
    await holds(
      fc.property(imports, (rows) => {
        const stop = { purpose: 'direct-marketing', state: 'withdrawn' } as const
        const stopped = choicesAfter([
          { kind: 'withdraw', at: dawn, ledgerId: nextId(), noticeVersion: 2, changes: [stop] },
        ])
        const late = rows.map((row) => ({ ...row, at: later(day) }))
        for (const purpose of purposeIds(policy)) {
          expect(mayAny(choicesAfter(late, stopped), purpose, later(2 * day))).toBe(false)
        }
      }),
    )
  })

  test('CONS-17: an import changes no choice that the person made, not even from yes to no', async () => {
    const persons = anyHistory(['confirm', 'turn-on', 'pause', 'withdraw', 'object'])
    await holds(
      fc.property(persons, imports, (history, rows) => {
        const before = choicesAfter(history)
        const both = choicesAfter(rows, before)
        for (const purpose of Object.keys(before)) {
          expect(both[purpose]).toEqual(before[purpose])
        }
      }),
    )
  })

  test('CONS-17: an opt-out that an import carries restricts like any other', () => {
    const yes = { purpose: 'newsletter', state: 'given', basis: 'consent' } as const
    const no = { purpose: 'newsletter', state: 'withdrawn' } as const
    const choices = choicesAfter([
      { kind: 'confirm', at: dawn, ledgerId: nextId(), noticeVersion: 2, changes: [yes] },
      { kind: 'import', at: later(1), ledgerId: nextId(), noticeVersion: 2, changes: [no] },
    ])
    expect(choices.newsletter?.state).toBe('withdrawn')
  })
})

describe('coming back', () => {
  test('CONS-16: after any history, the person’s own later yes to a topic is a yes', async () => {
    await holds(
      fc.property(anyHistory(), fc.constantFrom('newsletter', 'profiling'), (history, purpose) => {
        const back: Act = {
          kind: 'confirm',
          at: later(1000),
          ledgerId: nextId(),
          noticeVersion: 2,
          changes: [given(purpose)],
        }
        const choices = choicesAfter([...history, back])
        expect(mayAny(choices, purpose, later(1001))).toBe(true)
        expect(choices[purpose]?.ledgerId).toBe(back.ledgerId)
      }),
    )
  })

  test('CONS-06: an act changes what it names and nothing else', async () => {
    await holds(
      fc.property(anyHistory(), anyAct(), (history, act) => {
        const before = choicesAfter(history)
        const now = applyAct(before, act)
        const named = new Set(act.changes.map(({ purpose }) => purpose))
        for (const purpose of contested) {
          if (!named.has(purpose)) expect(now[purpose]).toBe(before[purpose])
        }
      }),
    )
  })

  test('CONS-17: a later no is a no, whoever said what before', async () => {
    await holds(
      fc.property(anyHistory(), fc.constantFrom(...contested), (history, purpose) => {
        const no: Act = {
          kind: 'one-click',
          at: later(1000),
          ledgerId: nextId(),
          noticeVersion: 2,
          changes: [{ purpose, state: 'withdrawn' }],
        }
        for (const order of [
          [...history, no],
          [no, ...history],
        ]) {
          expect(choicesAfter(order)[purpose]?.state).toBe('withdrawn')
        }
      }),
    )
  })

  test('the model knows a last word for exactly the purposes that were named', async () => {
    await holds(
      fc.property(anyHistory(), (history) => {
        const choices = choicesAfter(history)
        for (const purpose of contested) {
          expect(choices[purpose]?.state).toBe(lastWord(history, purpose)?.state)
        }
      }),
    )
  })
})
