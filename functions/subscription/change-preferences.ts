import * as v from 'valibot'
import type { Evidence, LedgerEntry } from '../consent/ledger.ts'
import { declarationOf, directMarketing, type Policy, purposeIds } from '../consent/policy.ts'
import { type Changed, change } from '../contact/change.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { lastRefusal } from '../contact/suppression.ts'
import { Problem } from '../platform/problem.ts'
import { undoLifeMs, undoToken } from '../platform/token-bodies.ts'
import { changesOf, entryOf, type Wish } from './acts.ts'

export const preferencesPatch = v.strictObject({
  choices: v.optional(
    v.pipe(
      v.record(v.pipe(v.string(), v.maxLength(40)), v.picklist(['given', 'withdrawn', 'objected'])),
      // A name that could be mistaken for a property of every object is left out by the parser.
      v.minEntries(1),
      v.maxEntries(30),
    ),
  ),
  undo: v.optional(v.pipe(v.string(), v.maxLength(256))),
})
export type Wishes = Readonly<Record<string, Wish>>

/**
 * Refuses a wish that nobody could fulfil, before anything is written.
 * @throws {Problem} naming what is declared, or that turning on needs the mailbox (design §6).
 */
export function checkWishes(policy: Policy, via: 'session' | 'unsubscribe', wishes: Wishes): void {
  for (const [purpose, wish] of Object.entries(wishes)) {
    const declared = declarationOf(policy, purpose)
    if (declared === undefined && purpose !== directMarketing) {
      throw new Problem(400, 'unknown-purpose', { declared: purposeIds(policy) })
    }
    if (wish !== 'given') continue
    if (via === 'unsubscribe') throw new Problem(403, 'mailbox-needed')
    const askable = declared?.basis === 'consent' || declared?.basis === 'existing_customer'
    if (!askable) throw new Problem(409, 'not-available', { purpose })
  }
}

/**
 * Changes only what is named (UX-07); each kind of wish becomes a ledger entry. A session may turn
 * on, which is the person's own proven act and so ends their earlier refusal (CONS-16); objecting to
 * all direct marketing also suppresses the address (SUPP-01).
 */
export async function changePreferences(
  store: ContactStore,
  contactId: string,
  { wishes, method, now }: { wishes: Wishes; method: Evidence['method']; now: Date },
): Promise<{ changed: Changed; undo?: string }> {
  const { policy } = store
  const entries = (['given', 'withdrawn', 'objected'] as const).flatMap((wish): LedgerEntry[] => {
    const changes = Object.entries(wishes)
      .filter(([, wished]) => wished === wish)
      .flatMap(([purpose]) => changesOf(policy, purpose, wish))
    const evidence: Evidence = { actor: 'person', method }
    return changes.length === 0 ? [] : [entryOf(policy, { wish, changes, now, evidence })]
  })
  const turnsOn = Object.values(wishes).includes('given')
  const objects = wishes[directMarketing] === 'objected'
  const changed = await change(store, contactId, (contact, address) => {
    if (contact.erasing || entries.length === 0) return undefined
    // A yes beside an objection to everything says nothing against the objection.
    const lift = turnsOn && !objects && lastRefusal(address) !== undefined
    const suppress = objects && address.suppressions.objection === undefined
    return {
      at: now,
      entries,
      ...(lift ? { liftSuppressions: true } : {}),
      ...(suppress ? { suppress: { kind: 'objection', at: now } as const } : {}),
    }
  })
  const turnOff = entries.find(({ kind }) => kind === 'withdraw')
  const stands =
    changed.kind === 'changed' &&
    Object.values(changed.contact.choices).some(({ ledgerId }) => ledgerId === turnOff?.ledgerId)
  if (!stands || turnOff === undefined) return { changed }
  const expires = new Date(now.getTime() + undoLifeMs)
  const { ledgerId } = turnOff
  return { changed, undo: await undoToken.mint(store.keys, { contactId, ledgerId, expires }) }
}
