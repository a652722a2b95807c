import type { Policy } from '../../functions/consent/policy.ts'
import { checkPolicy } from '../../functions/consent/policy-check.ts'
import { policy } from '../../policy.ts'

/** The shipped policy as a plain declaration that a test may spoil. */
export function declaration(): Policy {
  return structuredClone(policy)
}

/** The shipped policy with some of its settings changed. */
export function policyWith(spoil: (declared: Policy) => void): Policy {
  const declared = declaration()
  spoil(declared)
  return checkPolicy(declared)
}

export const text = { nb: 'Tekst', en: 'Text' }
export const balancingTest = { reference: 'LIA-7', date: '2026-10-01', owner: 'Kari Nordmann' }
