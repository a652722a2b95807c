import { describe, expect, test } from 'vitest'
import {
  type ActKind,
  acts,
  applyAct,
  type Change,
  type Choices,
  choiceOf,
  effect,
  isOff,
  type StoredState,
  states,
} from '../../../functions/consent/choices.ts'
import { act, choice, dawn, given, later, objected, withdrawn } from '../../support/acts.ts'

const newsletter = 'newsletter'
const saying = (state: StoredState): Change => ({ purpose: newsletter, state })

describe('states', () => {
  test('CONS-07: refused, withdrawn, objected and expired are four ways of being off, and unknown a fifth', () => {
    expect(states.filter(isOff)).toEqual(['expired', 'refused', 'withdrawn', 'objected'])
    expect(isOff('unknown')).toBe(true)
  })
})

describe('rank', () => {
  const rank = (kind: ActKind, at: Date, change: Change): string => choice(kind, at, change).rank

  test('CONS-15: no time makes an import beat what the person said', () => {
    const centuryLater = new Date('2126-11-02T09:00:00.000Z')
    expect(
      rank('import', centuryLater, given(newsletter)) <
        rank('one-click', dawn, withdrawn(newsletter)),
    ).toBe(true)
    expect(
      rank('import', centuryLater, given(newsletter)) < rank('confirm', dawn, given(newsletter)),
    ).toBe(true)
  })

  test('CONS-17: among equals the later act wins', () => {
    const moments = [0, 1, 999, 1000, 86_400_000, 5e12].map(later)
    const ranks = moments.map((at) => rank('confirm', at, given(newsletter)))
    expect([...ranks].sort()).toEqual(ranks)
  })

  test('CONS-17: at one moment the more restrictive act wins', () => {
    const ranks = states.map((state) => rank('withdraw', dawn, saying(state)))
    const on = ranks.slice(0, 2)
    expect([...ranks].sort()).toEqual(ranks)
    expect(on.every((each) => ranks.slice(2).every((off) => each < off))).toBe(true)
  })

  test('CONS-17: at one moment the longer pause wins', () => {
    const pause = (until: string): string =>
      rank('pause', dawn, { ...given(newsletter), state: 'paused', until })
    expect(pause('2026-12-01T00:00:00.000Z') < pause('2027-01-01T00:00:00.000Z')).toBe(true)
    expect(pause('2026-12-01T02:00:00.000+02:00')).toBe(pause('2026-12-01T00:00:00.000Z'))
  })

  test('CONS-17: a restriction has the class of the person’s own acts, whoever makes it', () => {
    for (const kind of Object.keys(acts) as ActKind[]) {
      for (const state of states.filter(isOff)) {
        expect(rank(kind, later(1), saying(state)) > rank('confirm', dawn, given(newsletter))).toBe(
          true,
        )
      }
    }
  })
})

describe('what an act does to a stored choice', () => {
  test.each<[string, [ActKind, number, Change] | undefined, [ActKind, number, Change], string]>([
    ['anything, when nothing is known', undefined, ['import', 0, given(newsletter)], 'replaces'],
    [
      'a later no',
      ['confirm', 0, given(newsletter)],
      ['one-click', 1, withdrawn(newsletter)],
      'replaces',
    ],
    [
      'a later yes',
      ['one-click', 0, withdrawn(newsletter)],
      ['confirm', 1, given(newsletter)],
      'replaces',
    ],
    [
      'a later yes again',
      ['confirm', 0, given(newsletter)],
      ['confirm', 1, given(newsletter)],
      'replaces',
    ],
    [
      'a stronger no',
      ['one-click', 0, withdrawn(newsletter)],
      ['object', 1, objected(newsletter)],
      'replaces',
    ],
    [
      'the same no again',
      ['one-click', 0, withdrawn(newsletter)],
      ['withdraw', 1, withdrawn(newsletter)],
      'repeats',
    ],
    [
      'the same act again',
      ['one-click', 1, withdrawn(newsletter)],
      ['one-click', 1, withdrawn(newsletter)],
      'yields',
    ],
    [
      'an older no',
      ['confirm', 1, given(newsletter)],
      ['one-click', 0, withdrawn(newsletter)],
      'yields',
    ],
    [
      'an older yes',
      ['one-click', 1, withdrawn(newsletter)],
      ['confirm', 0, given(newsletter)],
      'yields',
    ],
    [
      'an import after a no',
      ['one-click', 0, withdrawn(newsletter)],
      ['import', 9, given(newsletter)],
      'yields',
    ],
    [
      'an import after a yes',
      ['confirm', 0, given(newsletter)],
      ['import', 9, given(newsletter)],
      'yields',
    ],
    [
      'an import after an import',
      ['import', 0, given(newsletter)],
      ['import', 9, given(newsletter)],
      'replaces',
    ],
    [
      'a no after a later import',
      ['import', 9, given(newsletter)],
      ['one-click', 0, withdrawn(newsletter)],
      'replaces',
    ],
  ])('CONS-17: %s', (_, stored, [kind, at, change], expected) => {
    const before = stored && choice(stored[0], later(stored[1]), stored[2])
    expect(effect(before, choice(kind, later(at), change))).toBe(expected)
  })
})

describe('applying acts', () => {
  test('UNSUB-09: a repeated no keeps the first one’s entry and date; only its rank moves on', () => {
    const first = act('one-click', dawn, withdrawn(newsletter))
    const second = act('withdraw', later(5), withdrawn(newsletter))
    const choices = [first, second].reduce<Choices>(applyAct, {})
    expect(choices.newsletter).toEqual({
      ...choiceOf(first, withdrawn(newsletter)),
      rank: choiceOf(second, withdrawn(newsletter)).rank,
    })
  })

  test('CONS-17: a yes that was on its way between two noes does not win when it comes last', () => {
    const choices = [
      act('one-click', dawn, withdrawn(newsletter)),
      act('one-click', later(5), withdrawn(newsletter)),
      act('confirm', later(3), given(newsletter)),
    ].reduce<Choices>(applyAct, {})
    expect(choices.newsletter?.state).toBe('withdrawn')
  })

  test('the choices before are left as they were', () => {
    const before: Choices = { newsletter: choice('confirm', dawn, given(newsletter)) }
    const copy = structuredClone(before)
    applyAct(before, act('one-click', later(1), withdrawn(newsletter)))
    expect(before).toEqual(copy)
  })

  test('CONS-09: an undo gives back the consent no younger, and to no newer wording, than it was', () => {
    const restores = { at: dawn.toISOString(), noticeVersion: 1 }
    const undo = {
      ...act('undo', later(60_000), { ...given(newsletter), restores }),
      noticeVersion: 2,
    }
    expect(applyAct({}, undo).newsletter).toMatchObject({
      at: dawn.toISOString(),
      noticeVersion: 1,
      ledgerId: undo.ledgerId,
    })
  })

  test('CONS-16: an undo outranks what it undoes, although it restores an older date', () => {
    const restores = { at: dawn.toISOString(), noticeVersion: 1 }
    const choices = [
      act('confirm', dawn, given(newsletter)),
      act('one-click', later(10), withdrawn(newsletter)),
      act('undo', later(20), { ...given(newsletter), restores, undoes: later(10).toISOString() }),
    ].reduce<Choices>(applyAct, {})
    expect(choices.newsletter?.state).toBe('given')
  })

  test('CONS-16: an objection said between a turn-off and its undo stands, also when it arrives last', () => {
    const turnOff = act('withdraw', later(10), withdrawn(newsletter))
    const undone = act('undo', later(20), { ...given(newsletter), undoes: later(10).toISOString() })
    const objection = act('object', later(19), { purpose: newsletter, state: 'objected' })
    for (const history of [
      [turnOff, objection, undone],
      [turnOff, undone, objection],
    ]) {
      const { newsletter: choice } = history.reduce<Choices>(applyAct, {})
      expect(choice).toMatchObject({ state: 'objected', ledgerId: objection.ledgerId })
    }
  })
})
