/**
 * What must hold over all tables whatever happened (design §12).
 */
export const invariants = {
  1: { title: 'a membership stands exactly where the decision is yes' },
  2: { title: 'the choices are the fold of the ledger' },
  3: { title: 'each ledger entry stands in the journal, unchanged' },
  4: { title: 'a key lives exactly as long as what it seals' },
  5: { title: 'an address has one contact, an erased one none' },
  6: { title: 'a refusal of everything suppresses the address and is in the ledger' },
  7: { title: 'no message went out against the ledger, and none twice' },
  8: {
    title:
      'the rows of an export are those of its manifest and member lists, and who left is recalled',
  },
  9: { title: 'no yes without the person or recorded evidence, nothing observed without its yes' },
  10: { title: 'no identity outside a seal, nothing past its time' },
} as const satisfies Record<number, { title: string }>
export type InvariantId = keyof typeof invariants

export const invariantIds: readonly InvariantId[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

/** One thing that is broken, by kind and id alone: no address, name or value (SEC-14). */
export type Finding = { invariant: InvariantId; kind: string; id: string }

/** What is wrong of several things; an id that is itself an address is not repeated. */
export function findingsOf(
  invariant: InvariantId,
  id: string,
  broken: Readonly<Record<string, boolean>>,
): Finding[] {
  return Object.entries(broken)
    .filter(([, is]) => is)
    .map(([kind]) => ({ invariant, kind, id: id.replace(/\S*@\S*/g, '(withheld)') }))
}
