import { definePolicy, type Policy } from '../../functions/consent/policy.ts'
import { policy } from '../../policy.ts'

export type Declaration = Parameters<typeof definePolicy>[0]

/** The shipped policy as a plain declaration that a test may spoil. */
export function declaration(): Declaration {
  return structuredClone(policy)
}

/** The shipped policy with some of its settings changed. */
export function policyWith(spoil: (declared: Declaration) => void): Policy {
  const declared = declaration()
  spoil(declared)
  return definePolicy(declared)
}

export const text = { nb: 'Tekst', en: 'Text' }
export const balancingTest = { reference: 'LIA-7', date: '2026-10-01', owner: 'Kari Nordmann' }
