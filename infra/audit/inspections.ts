import { addressFindings, inspectAddress } from './addresses.ts'
import {
  inspectAddressChange,
  inspectKey,
  inspectLetter,
  inspectRequest,
  inspectSignUp,
  keyFindings,
} from './data-keys.ts'
import { inspectEngagement } from './engagements.ts'
import { evidenceFindings } from './evidence.ts'
import { inspectExport } from './exports.ts'
import { historyFindings } from './history.ts'
import type { Inspect } from './inspect.ts'
import { findingsOf, type InvariantId } from './invariants.ts'
import { inspectMembership, membershipFindings } from './memberships.ts'
import { inspectSent } from './messages.ts'
import { inspectSuppression, objectionFindings } from './objections.ts'
import { readPerson } from './person.ts'
import { idOf, inspectPlainText } from './plain-text.ts'
import type { Stored } from './reader.ts'

export type TableName = 'main' | 'ledger' | 'keys'
type Inspection = {
  table: TableName
  pk: RegExp
  sk?: RegExp
  invariants: readonly InvariantId[]
  inspect: Inspect
}

const inspectContact: Inspect = async ({ store, reader, now }, item) => {
  const person = await readPerson(store, reader, item)
  if (person === undefined) return findingsOf(2, idOf(item), { 'unreadable contact': true })
  return [
    ...membershipFindings(person, now),
    ...historyFindings(person, now),
    ...keyFindings(person),
    ...addressFindings(person),
    ...objectionFindings(person),
    ...evidenceFindings(person, now),
  ]
}

/** Which items speak for which invariants. */
const inspections: readonly Inspection[] = [
  {
    table: 'main',
    pk: /^C#/,
    sk: /^C$/,
    invariants: [1, 2, 4, 5, 6, 9],
    inspect: inspectContact,
  },
  { table: 'main', pk: /^T#/, invariants: [1], inspect: inspectMembership },
  { table: 'main', pk: /^A#/, sk: /^A$/, invariants: [5, 6], inspect: inspectAddress },
  { table: 'main', pk: /^S#/, sk: /^S$/, invariants: [4], inspect: inspectSignUp },
  { table: 'main', pk: /^C#/, sk: /^M$/, invariants: [4], inspect: inspectAddressChange },
  { table: 'main', pk: /^L#/, sk: /^L$/, invariants: [4], inspect: inspectLetter },
  { table: 'main', pk: /^R#\d/, invariants: [4], inspect: inspectRequest },
  { table: 'main', pk: /^X#/, sk: /^X$/, invariants: [8], inspect: inspectExport },
  { table: 'main', pk: /^K#[0-9a-f]{16}#/, sk: /^M#/, invariants: [7], inspect: inspectSent },
  { table: 'main', pk: /^E#/, invariants: [9], inspect: inspectEngagement },
  { table: 'ledger', pk: /^S#/, invariants: [6], inspect: inspectSuppression },
  { table: 'keys', pk: /^/, invariants: [4], inspect: inspectKey },
  ...(['main', 'ledger', 'keys'] as const).map(
    (table): Inspection => ({ table, pk: /^/, invariants: [10], inspect: inspectPlainText }),
  ),
]

export function inspectionsOf(table: TableName, { pk, sk }: Stored): readonly Inspection[] {
  return inspections.filter(
    (each) =>
      each.table === table &&
      each.pk.test(String(pk)) &&
      (each.sk === undefined || each.sk.test(String(sk))),
  )
}
