import * as v from 'valibot'
import { type SuppressionKind, suppressionKinds } from '../../functions/consent/decide.ts'
import {
  contactPk,
  type LedgerEntry,
  parseEntry,
  suppressionPk,
} from '../../functions/consent/ledger.ts'
import { directMarketing } from '../../functions/consent/policy.ts'
import {
  type AddressRecord,
  addressItemKey,
  lastRefusal,
  parseAddressRecord,
} from '../../functions/contact/suppression.ts'
import { orderedId } from '../../functions/platform/id.ts'
import type { Audit, Inspect } from './inspect.ts'
import { type Finding, findingsOf } from './invariants.ts'
import { parsed } from './parsed.ts'
import type { Person } from './person.ts'

/** Invariant 6, from the contact's side: what its history refused altogether, its address refuses. */
export function objectionFindings({ contact, history, address }: Person): Finding[] {
  return history.flatMap((entry) => {
    const kind = suppressionOf(entry)
    if (kind === undefined || address?.suppressions[kind] !== undefined) return []
    return findingsOf(6, `C#${contact.contactId}`, {
      [`${kind} that does not suppress the address`]: !isLifted(history, entry.at),
    })
  })
}

function suppressionOf({ kind, changes }: LedgerEntry): SuppressionKind | undefined {
  switch (kind) {
    case 'erase':
      return 'erasure'
    case 'complaint':
      return kind
    // One to calls or to profiling alone leaves chosen mail running.
    case 'do-not-contact':
      return isOfAll(changes) ? kind : undefined
    case 'object':
      return isOfAll(changes) ? 'objection' : undefined
    default:
      return undefined
  }
}

const isOfAll = (changes: LedgerEntry['changes']): boolean =>
  changes.some(({ purpose }) => purpose === directMarketing)

/**
 * True when the person came back (CONS-16): by double opt-in, whose two entries stand together, or
 * from a session.
 */
function isLifted(history: readonly LedgerEntry[], refusedAt: Date): boolean {
  return history.some(
    ({ kind, at, evidence }) =>
      (kind === 'sign-up-requested' || kind === 'confirm' || kind === 'turn-on') &&
      evidence.actor === 'person' &&
      at >= refusedAt,
  )
}

/** A bounce is no refusal: it says that nobody is there. */
const isRefusal = (kind: SuppressionKind): boolean => kind !== 'bounce'

/** From the address's side: each refusal it holds was written into the ledger at that moment. */
export async function suppressionFindings(
  { store, reader }: Audit,
  { addressKey, suppressions }: AddressRecord,
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const kind of suppressionKinds.filter(isRefusal)) {
    const at = suppressions[kind]
    if (at === undefined) continue
    // An ordered id begins with its millisecond, in 12 hexadecimal digits and a hyphen.
    const skPrefix = orderedId(at).slice(0, 13)
    const entries = reader.partition({
      table: store.tables.ledger,
      pk: suppressionPk(addressKey),
      skPrefix,
    })
    let isListed = false
    for await (const entry of entries) {
      isListed ||= entry.addressKey === addressKey && entry.kind === kind
    }
    findings.push(
      ...findingsOf(6, addressKey, { [`${kind} that is not in the ledger`]: !isListed }),
    )
  }
  return findings
}

const listedSchema = v.object({
  sk: v.string(),
  addressKey: v.string(),
  kind: v.picklist(suppressionKinds),
  at: v.pipe(v.string(), v.isoTimestamp()),
})

/** From the ledger's side: the address still refuses, or the person came back since. */
export const inspectSuppression: Inspect = async ({ store, reader }, item) => {
  const { tables } = store
  const listed = v.safeParse(listedSchema, item)
  const id = `${String(item.pk)} ${String(item.sk)}`
  if (!listed.success) return findingsOf(6, id, { 'unreadable suppression': true })
  const { addressKey, kind } = listed.output
  if (!isRefusal(kind)) return []
  const at = new Date(listed.output.at)
  const [found] = await reader.items([{ table: tables.main, key: addressItemKey(addressKey) }])
  const record = parsed(() => parseAddressRecord(addressKey, found))
  const refusal = record && lastRefusal(record)
  if (refusal !== undefined && refusal >= at) return []
  const history: LedgerEntry[] = []
  if (record?.contactId !== undefined) {
    const pk = contactPk(record.contactId)
    for await (const stored of reader.partition({ table: tables.ledger, pk })) {
      history.push(...[parsed(() => parseEntry(stored)) ?? []].flat())
    }
  }
  return findingsOf(6, id, {
    [`${kind} of which the address knows nothing`]: !isLifted(history, at),
  })
}
