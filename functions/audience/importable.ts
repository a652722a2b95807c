import { type Act, applyAct, type Change } from '../consent/choices.ts'
import { type Because, decide, type Standing } from '../consent/decide.ts'
import { evidenceBases } from '../consent/import-evidence.ts'
import type { Policy } from '../consent/policy.ts'
import type { StoredDeclaration } from './import-declaration.ts'

/**
 * Why an import leaves a topic alone. No finer than a colleague needs: that somebody is not to be mailed is
 * theirs to know, whether they complained, are restricted or were erased is not (GDPR art. 5(1)(c)).
 */
export type LeftOut = 'suppressed' | 'said-no' | 'too-old' | 'not-declared'

function leftOutFor(because: Because): LeftOut {
  switch (because) {
    case 'objection':
    case 'complaint':
    case 'erasure':
    case 'do-not-contact':
    case 'bounce':
    case 'erasing':
    case 'restricted':
      return 'suppressed'
    case 'stopped-all':
    case 'refused':
    case 'withdrawn':
    case 'objected':
    case 'paused':
      return 'said-no'
    case 'expired':
    case 'earlier-notice':
      return 'too-old'
    case 'undeclared':
    case 'purpose-off':
    case 'not-personal':
    case 'other-basis':
    case 'unknown':
      return 'not-declared'
  }
}

export type Importable = {
  changes: readonly Change[]
  leftOut: readonly LeftOut[]
}

/**
 * What an import may turn on of one person: a topic for which `decide` would say yes with the imported choice
 * in its place. Whoever said no, is suppressed, restricted or being erased stays as they are, whatever is asked
 * for, because their own act ranks higher or because nothing about them is yes (CONS-15, CONS-17).
 * @param act the import, without changes yet.
 */
export function importable(
  policy: Policy,
  standing: Standing,
  { act, declaration, now }: { act: Act; declaration: StoredDeclaration; now: Date },
): Importable {
  const changes: Change[] = []
  const leftOut = new Set<LeftOut>()
  for (const purpose of new Set(declaration.topics)) {
    const change: Change = {
      purpose,
      state: 'given',
      basis: evidenceBases[declaration.evidence.kind],
    }
    const choices = applyAct(standing.choices, { ...act, changes: [change] })
    const decision = decide(policy, { ...standing, choices }, purpose, now)
    if (!decision.may) leftOut.add(leftOutFor(decision.because))
    else if (choices[purpose] !== standing.choices[purpose]) changes.push(change)
  }
  return { changes, leftOut: [...leftOut] }
}
