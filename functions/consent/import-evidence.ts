import * as v from 'valibot'
import type { Basis } from './choices.ts'

/**
 * What an imported yes may rest on, and the basis that it then has (CONS-11, CONS-14). Which of these is
 * enough for which topic, an organisation says in `policy.ts`; what it does not say, is none.
 */
export const evidenceBases = {
  /** Confirmed from the mailbox, in another system, whose record of it is kept. */
  'confirmed-opt-in': 'consent',
  /** Written and signed, on paper or on a screen. */
  'signed-form': 'consent',
  /** An address that a customer gave in a sale, and could say no there. */
  sale: 'existing_customer',
} as const satisfies Record<string, Basis>
export type EvidenceKind = keyof typeof evidenceBases

export const evidenceKind = v.picklist(
  Object.keys(evidenceBases).filter((kind): kind is EvidenceKind =>
    Object.hasOwn(evidenceBases, kind),
  ),
)
