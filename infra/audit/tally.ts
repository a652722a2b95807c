import { type Finding, type InvariantId, invariantIds, invariants } from './invariants.ts'

export type InvariantReport = {
  invariant: InvariantId
  title: string
  checked: number
  broken: number
  /** The first of what is broken. */
  examples: readonly Finding[]
  /** Why it could not be checked, or not all of it. */
  note?: string
}
export type Report = {
  clean: boolean
  /** Changed faster than they could be read twice alike; what was found of them is not counted. */
  unsettled: number
  invariants: readonly InvariantReport[]
}

/** Counts and a few examples: as small for fifty million contacts as for one. */
export type Tally = {
  checked: (invariants: readonly InvariantId[], count?: number) => void
  broken: (finding: Finding) => void
  unsettled: () => void
  report: (notes: Readonly<Partial<Record<InvariantId, string>>>) => Report
}

const shown = 20
type Count = { checked: number; broken: number; examples: Finding[] }

export function createTally(): Tally {
  const counts = new Map<InvariantId, Count>()
  for (const id of invariantIds) counts.set(id, { checked: 0, broken: 0, examples: [] })
  let unsettled = 0
  const countOf = (id: InvariantId): Count =>
    counts.get(id) ?? { checked: 0, broken: 0, examples: [] }
  return {
    checked: (ids, count = 1) => {
      for (const id of ids) countOf(id).checked += count
    },
    broken: (finding) => {
      const count = countOf(finding.invariant)
      count.broken += 1
      if (count.examples.length < shown) count.examples.push(finding)
    },
    unsettled: () => {
      unsettled += 1
    },
    report: (notes) => ({
      clean: [...counts.values()].every(({ broken }) => broken === 0),
      unsettled,
      invariants: invariantIds.map((invariant) => {
        const { title } = invariants[invariant]
        const note = notes[invariant]
        return {
          invariant,
          title,
          ...countOf(invariant),
          ...(note === undefined ? {} : { note }),
        }
      }),
    }),
  }
}
