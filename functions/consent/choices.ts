import * as v from 'valibot'

/**
 * A choice per topic or purpose: its states, the acts that change it, and the one order between acts
 * that makes the end state independent of when each of them arrives (CONS-07, CONS-17).
 */

/** From the freest to the most restrictive: at equal time the more restrictive act wins. */
export const states = ['given', 'paused', 'expired', 'refused', 'withdrawn', 'objected'] as const
export type StoredState = (typeof states)[number]
export type State = StoredState | 'unknown'

/** From the one that carries most to the one that carries least. */
export const bases = ['consent', 'existing_customer', 'legitimate_interest'] as const
export type Basis = (typeof bases)[number]

export const choiceSchema = v.object({
  state: v.picklist(states),
  rank: v.string(),
  basis: v.optional(v.picklist(bases)),
  at: v.pipe(v.string(), v.isoTimestamp()),
  until: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  noticeVersion: v.number(),
  ledgerId: v.string(),
})
/** What is known of one person about one topic or purpose. */
export type Choice = v.InferOutput<typeof choiceSchema>
export type Choices = Readonly<Record<string, Choice>>

/**
 * Class 0 is what others may do in a person's name to enlarge; class 1 is the person's own act, and
 * every restriction whoever makes it. No time makes a class 0 act beat a class 1 act, so a dead
 * consent is never raised by an import (CONS-15, CONS-16).
 */
export const acts = {
  'sign-up-requested': { states: [], class: 1 },
  confirm: { states: ['given'], class: 1 },
  'turn-on': { states: ['given'], class: 1 },
  pause: { states: ['paused'], class: 1 },
  refuse: { states: ['refused'], class: 1 },
  withdraw: { states: ['withdrawn'], class: 1 },
  'one-click': { states: ['withdrawn'], class: 1 },
  object: { states: ['objected'], class: 1 },
  undo: { states: ['given', 'paused'], class: 1 },
  complaint: { states: ['objected'], class: 1 },
  'do-not-contact': { states: ['objected'], class: 1 },
  expire: { states: ['expired'], class: 1 },
  erase: { states: ['objected'], class: 1 },
  erased: { states: [], class: 1 },
  rectify: { states: [], class: 1 },
  restrict: { states: [], class: 1 },
  'lift-restriction': { states: [], class: 1 },
  /** Nothing was heard of the person for so long that they are forgotten (SUPP-07). */
  lapse: { states: [], class: 1 },
  import: { states: ['given'], class: 0 },
} as const satisfies Record<string, { states: readonly StoredState[]; class: 0 | 1 }>

export type ActKind = keyof typeof acts
export const actKinds = v.picklist(
  Object.keys(acts).filter((kind): kind is ActKind => Object.hasOwn(acts, kind)),
)

export const changeSchema = v.object({
  purpose: v.string(),
  state: v.picklist(states),
  basis: v.optional(v.picklist(bases)),
  until: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  /** An undo gives back the old consent, no younger and to no newer wording than it was. */
  restores: v.optional(
    v.object({ at: v.pipe(v.string(), v.isoTimestamp()), noticeVersion: v.number() }),
  ),
  /** When that was said last which an undo takes back: it ranks just above, below all that was said since. */
  undoes: v.optional(v.pipe(v.string(), v.isoTimestamp())),
})
/** One choice as an act wants it. */
export type Change = v.InferOutput<typeof changeSchema>

export type Act = {
  kind: ActKind
  at: Date
  ledgerId: string
  noticeVersion: number
  changes: readonly Change[]
}

/**
 * `class · milliseconds · restrictiveness · end of pause · basis · notice`, in digits that sort as
 * text. The last two part acts of one moment, so that not even those depend on who comes first: the
 * basis that carries less wins, then the older wording.
 */
function rank(act: Act, change: Change): string {
  const { kind, at } = act
  const said = change.undoes === undefined ? at.getTime() : Date.parse(change.undoes) + 1
  const digits = (value: number, length: number): string => String(value).padStart(length, '0')
  const noticeVersion = change.restores?.noticeVersion ?? act.noticeVersion
  return [
    isOff(change.state) ? 1 : acts[kind].class,
    digits(said, 14),
    states.indexOf(change.state),
    digits(change.until === undefined ? 0 : Date.parse(change.until), 14),
    change.basis === undefined ? bases.length : bases.indexOf(change.basis),
    digits(99_999 - noticeVersion, 5),
  ].join('')
}

/** When the person, or whoever acted for them, said this last: also a repetition, which moves only the rank. */
export function lastSaidAt({ rank: digits }: Choice): Date {
  return new Date(Number(digits.slice(1, 15)))
}

/** The choice that an act would make of it. */
export function choiceOf(act: Act, change: Change): Choice {
  return {
    state: change.state,
    rank: rank(act, change),
    ...(change.basis === undefined ? {} : { basis: change.basis }),
    ...(change.until === undefined ? {} : { until: change.until }),
    at: change.restores?.at ?? act.at.toISOString(),
    noticeVersion: change.restores?.noticeVersion ?? act.noticeVersion,
    ledgerId: act.ledgerId,
  }
}

export type Effect =
  /** The act outranks what is stored and says something else. */
  | 'replaces'
  /** It outranks, but turns off what its own class had turned off already: only the rank moves on. */
  | 'repeats'
  /** Something of a higher rank stands. */
  | 'yields'

/**
 * What an act does to a stored choice. A repetition adds no history, so a link pressed a thousand
 * times leaves one entry (UNSUB-09); its rank still counts against acts that arrive late.
 */
export function effect(stored: Choice | undefined, wanted: Choice): Effect {
  if (stored === undefined) return 'replaces'
  if (wanted.rank <= stored.rank) return 'yields'
  const same = stored.state === wanted.state && stored.rank[0] === wanted.rank[0]
  return same && isOff(wanted.state) ? 'repeats' : 'replaces'
}

export function isOff(state: State): boolean {
  return state !== 'given' && state !== 'paused'
}

/** The choices after an act: pure, and in state and rank the same for every order of the same acts. */
export function applyAct(choices: Choices, act: Act): Choices {
  const next: Record<string, Choice> = { ...choices }
  for (const change of act.changes) {
    const wanted = choiceOf(act, change)
    const stored = next[change.purpose]
    const outcome = effect(stored, wanted)
    if (outcome === 'replaces') next[change.purpose] = wanted
    if (outcome === 'repeats' && stored !== undefined) {
      next[change.purpose] = { ...stored, rank: wanted.rank }
    }
  }
  return next
}
