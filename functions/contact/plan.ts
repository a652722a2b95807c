import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { applyAct, type Choices, choiceOf, effect } from '../consent/choices.ts'
import type { SuppressionKind } from '../consent/decide.ts'
import { isOwnAct, type LedgerEntry } from '../consent/ledger.ts'
import type { OpenContact } from './contact.ts'
import { movedAddress } from './move-address.ts'
import type { AddressRecord } from './suppression.ts'
import { type Identity, sealIdentity } from './vault.ts'

/** What shall become of a contact: acts for its history, and what comes with them. */
export type Plan = {
  /** Now, when it is written. Each entry has a time of its own, which may be earlier. */
  at: Date
  /** In order; each is applied to the choices and becomes history. */
  entries: readonly LedgerEntry[]
  identity?: Identity
  language?: string
  /** From now on the person is being erased. */
  erasing?: true
  /** From now on the person's data are only kept, or no longer only that (RIGHT-10). */
  restricted?: boolean
  /** The address that the contact gets, as it was read; `identity` names it. */
  moveTo?: AddressRecord
  suppress?: { kind: SuppressionKind; at: Date }
  /** The person's own double opt-in ends their earlier refusals of the address (CONS-16). */
  liftSuppressions?: boolean
  /** Further writes that stand or fall with this change. */
  also?: readonly TransactWriteItem[]
}

/** Contact and address as the plan leaves them. */
export function planAfter(
  contact: OpenContact,
  address: AddressRecord,
  plan: Plan,
): { contact: OpenContact; address: AddressRecord } {
  const identity = plan.identity ?? contact.identity
  const moved = plan.moveTo === undefined ? address : movedAddress(address, plan.moveTo)
  const suppressions = plan.liftSuppressions
    ? {
        ...(address.suppressions.bounce === undefined
          ? {}
          : { bounce: address.suppressions.bounce }),
      }
    : { ...moved.suppressions }
  const { lapsed: _, ...asked } = contact
  return {
    contact: {
      // An erasure that the person asks for takes the place of one that nobody did.
      ...(plan.erasing ? asked : contact),
      identity,
      sealed:
        plan.identity === undefined
          ? contact.sealed
          : sealIdentity(contact.key, 'contact', plan.identity),
      language: plan.language ?? contact.language,
      restricted: plan.restricted ?? contact.restricted,
      // What was mailed to the old address opens nothing any more (design §4).
      ...(plan.moveTo === undefined
        ? {}
        : { addressKey: moved.addressKey, generation: contact.generation + 1 }),
      choices: plan.entries.reduce<Choices>(applyAct, contact.choices),
      ...(plan.erasing && contact.erasing === undefined ? { erasing: plan.at.toISOString() } : {}),
      ...(plan.entries.some(({ evidence }) => isOwnAct(evidence))
        ? { actedAt: plan.at.toISOString() }
        : {}),
      revision: contact.revision + 1,
    },
    address: {
      ...moved,
      suppressions:
        plan.suppress === undefined
          ? suppressions
          : { ...suppressions, [plan.suppress.kind]: plan.suppress.at },
    },
  }
}

/**
 * The entries that change something, or record something besides choices, each naming only what it
 * changes, so that the history folds to the state: a wish repeated adds no history (UNSUB-09), though
 * its rank still counts.
 */
export function effectiveEntries(choices: Choices, entries: readonly LedgerEntry[]): LedgerEntry[] {
  let standing = choices
  return entries.flatMap((entry) => {
    const earlier = standing
    standing = applyAct(earlier, entry)
    const changes = entry.changes.filter(
      (change) => effect(earlier[change.purpose], choiceOf(entry, change)) === 'replaces',
    )
    const records = entry.changes.length === 0 || entry.kind === 'erase'
    return records || changes.length > 0 ? [{ ...entry, changes }] : []
  })
}
