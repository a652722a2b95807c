import { acts, type Change } from '../consent/choices.ts'
import type { Standing } from '../consent/decide.ts'
import type { Evidence, LedgerEntry } from '../consent/ledger.ts'
import { directMarketing, type Policy } from '../consent/policy.ts'
import { type Changed, change } from '../contact/change.ts'
import { standingOf } from '../contact/contact.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { lastRefusal } from '../contact/suppression.ts'
import { orderedId } from '../platform/id.ts'
import { undoLifeMs, undoToken } from '../platform/token-bodies.ts'
import { changesOf, entryOf, wishes as wishKinds } from './acts.ts'
import { pausable, type Wishes } from './wishes.ts'

type Wanted = {
  wishes: Wishes
  method: Evidence['method']
  /** The request carried Global Privacy Control; it is recorded, and decides nothing (GPC-03). */
  privacySignal?: boolean
  now: Date
}

const evidenceOf = ({ method, privacySignal }: Wanted): Evidence => ({
  actor: 'person',
  method,
  ...(privacySignal ? { privacySignal } : {}),
})

/**
 * Changes only what is named (UX-07); each kind of wish becomes a ledger entry. A session may turn
 * on, which is the person's own proven act and so ends their earlier refusal (CONS-16); objecting to
 * all direct marketing also suppresses the address (SUPP-01).
 */
export async function changePreferences(
  store: ContactStore,
  contactId: string,
  wanted: Wanted,
): Promise<{ changed: Changed; undo?: string }> {
  const { wishes, now } = wanted
  const { policy } = store
  const entries = entriesOf(policy, wanted)
  const pauseId = orderedId(now)
  const turnsOn = Object.values(wishes).includes('given')
  const objects = wishes[directMarketing] === 'objected'
  const changed = await change(store, contactId, (contact, address) => {
    if (contact.erasing) return undefined
    const pause = pauseEntry(policy, wanted, standingOf(contact, address))
    const all = [...entries, ...pause.map((entry) => ({ ...entry, ledgerId: pauseId }))]
    if (all.length === 0) return undefined
    // A yes beside an objection to everything says nothing against the objection.
    const lift = turnsOn && !objects && lastRefusal(address) !== undefined
    const suppress = objects && address.suppressions.objection === undefined
    return {
      at: now,
      entries: all,
      ...(lift ? { liftSuppressions: true } : {}),
      ...(suppress ? { suppress: { kind: 'objection', at: now } as const } : {}),
    }
  })
  const ledgerId = entries.find(({ kind }) => kind === 'withdraw')?.ledgerId ?? pauseId
  const stands =
    changed.kind === 'changed' &&
    Object.values(changed.contact.choices).some((choice) => choice.ledgerId === ledgerId)
  if (!stands) return { changed }
  const expires = new Date(now.getTime() + undoLifeMs)
  return { changed, undo: await undoToken.mint(store.keys, { contactId, ledgerId, expires }) }
}

function entriesOf(policy: Policy, wanted: Wanted): LedgerEntry[] {
  const { wishes, now } = wanted
  const evidence = evidenceOf(wanted)
  return wishKinds.flatMap((wish): LedgerEntry[] => {
    const changes = Object.entries(wishes)
      .filter(([, wished]) => wished === wish)
      .flatMap(([purpose]) => changesOf(policy, purpose, wish))
    return changes.length === 0 ? [] : [entryOf(policy, { wish, changes, now, evidence })]
  })
}

/** A pause takes nothing from the consent and adds nothing to it: same basis, same age, same wording. */
function pauseEntry(
  policy: Policy,
  wanted: Wanted,
  standing: Standing,
): Omit<LedgerEntry, 'ledgerId'>[] {
  const { wishes: wished, now } = wanted
  const changes = pausable(policy, { standing, wished, now }).map(
    ({ purpose, days, choice: { basis, at, noticeVersion } }): Change => ({
      purpose,
      state: acts.pause.states[0],
      ...(basis === undefined ? {} : { basis }),
      until: new Date(now.getTime() + days * 86_400_000).toISOString(),
      restores: { at, noticeVersion },
    }),
  )
  if (changes.length === 0) return []
  const { version: noticeVersion } = policy.notice
  return [{ kind: 'pause', at: now, noticeVersion, changes, evidence: evidenceOf(wanted) }]
}
