import * as fc from 'fast-check'
import {
  type Act,
  type ActKind,
  acts,
  type Basis,
  type Change,
  type Choice,
  choiceOf,
  type StoredState,
} from '../../functions/consent/choices.ts'
import type { Standing } from '../../functions/consent/decide.ts'
import { directMarketing } from '../../functions/consent/policy.ts'
import { orderedId } from '../../functions/platform/id.ts'

/**
 * The moment at which the tests' histories begin: ahead of every real clock, since the emulator
 * deletes by the real one what is past its time to live.
 */
export const dawn = new Date('2096-11-02T09:00:00.000Z')
export const later = (ms: number): Date => new Date(dawn.getTime() + ms)
export const day = 86_400_000

let made = 0
/** An id that no other call returns, in the shape of a ledger id. */
export function nextId(): string {
  made += 1
  return `00000000-0000-7000-8000-${made.toString(16).padStart(12, '0')}`
}

export function act(kind: ActKind, at: Date, ...changes: Change[]): Act {
  return { kind, at, ledgerId: orderedId(at), noticeVersion: 1, changes }
}

export const given = (purpose: string, basis: Basis = 'consent'): Change => ({
  purpose,
  state: 'given',
  basis,
})
export const withdrawn = (purpose: string): Change => ({ purpose, state: 'withdrawn' })
export const objected = (purpose: string): Change => ({ purpose, state: 'objected' })

/** A stored choice, as the act of that kind would have left it. */
export function choice(kind: ActKind, at: Date, change: Change, noticeVersion = 1): Choice {
  return choiceOf({ ...act(kind, at), noticeVersion }, change)
}

export function standing(over: Partial<Standing> = {}): Standing {
  return {
    contactId: '11111111-2222-4333-8444-555555555555',
    choices: {},
    restricted: false,
    erasing: false,
    suppressed: [],
    ...over,
  }
}

/** The purposes that the random histories are about: few, so that acts meet. */
export const contested = [
  'newsletter',
  'customer-offers',
  'open-tracking',
  'profiling',
  directMarketing,
] as const

const bases = ['consent', 'existing_customer', 'legitimate_interest', undefined] as const

function changeTo(state: StoredState): fc.Arbitrary<Change> {
  const purpose = fc.constantFrom(...contested)
  if (state !== 'given' && state !== 'paused') return purpose.map((id) => ({ purpose: id, state }))
  return fc
    .record({ purpose, basis: fc.constantFrom(...bases), days: fc.integer({ min: -1, max: 2 }) })
    .map(({ purpose: id, basis, days }) => ({
      purpose: id,
      state,
      ...(basis === undefined ? {} : { basis }),
      ...(state === 'paused' ? { until: later(days * day).toISOString() } : {}),
    }))
}

const kinds: ActKind[] = [
  'confirm',
  'turn-on',
  'pause',
  'refuse',
  'withdraw',
  'one-click',
  'object',
  'undo',
  'complaint',
  'do-not-contact',
  'expire',
  'erase',
  'import',
]

/** Any act a person, provider, staff member, import or schedule can make, at one of few moments. */
export function anyAct(from: readonly ActKind[] = kinds): fc.Arbitrary<Act> {
  return fc.constantFrom(...from).chain((kind) =>
    fc.record({
      kind: fc.constant(kind),
      at: fc.integer({ min: 0, max: 6 }).map((step) => later(step)),
      ledgerId: fc.uuid({ version: 7 }),
      noticeVersion: fc.integer({ min: 1, max: 2 }),
      changes: fc.array(fc.constantFrom(...acts[kind].states).chain(changeTo), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
  )
}

/** A history with duplicates: some acts arrive twice. */
export function anyHistory(from?: readonly ActKind[]): fc.Arbitrary<Act[]> {
  return fc
    .array(anyAct(from), { minLength: 1, maxLength: 12 })
    .chain((distinct) => fc.subarray(distinct).map((twice) => [...distinct, ...twice]))
}

/** A history and another order of the same acts. */
export function twoOrders(): fc.Arbitrary<{ one: Act[]; other: Act[] }> {
  return anyHistory().chain((one) =>
    fc
      .shuffledSubarray(one, { minLength: one.length, maxLength: one.length })
      .map((other) => ({ one, other })),
  )
}
