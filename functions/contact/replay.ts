import { isDeepStrictEqual } from 'node:util'
import { type Choice, type Choices, isOff } from '../consent/choices.ts'
import { fold, isOwnAct, type LedgerEntry } from '../consent/ledger.ts'
import { transact } from '../platform/table.ts'
import { contactUpdate } from './change.ts'
import { claimUpdates } from './claim.ts'
import { consequences } from './consequences.ts'
import type { Contact } from './contact.ts'
import { type ContactStore, readStanding } from './contacts.ts'
import { readHistory } from './history.ts'
import { type AddressRecord, lastRefusal } from './suppression.ts'

export type Replayed = 'changed' | 'as-it-was' | 'no-contact'

const attempts = 20

/**
 * Makes a contact of a restored table what its history says: each choice, restriction, and who came back
 * after refusing everything (RIGHT-13, invariant 2). Nothing is added to the history; the index follows,
 * and recipients are told of what has ended since the copy, since what told them then is lost.
 */
export async function replayContact(
  store: ContactStore,
  contactId: string,
  now: Date,
): Promise<Replayed> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const standing = await readStanding(store, contactId)
    if (standing === undefined) return 'no-contact'
    const { contact, address } = standing
    const history = await readHistory(store, contactId)
    const lift = cameBack(address, history)
    const said = told(contact, history)
    if (!lift && isDeepStrictEqual({ ...contact, ...said }, contact)) return 'as-it-was'
    const after = {
      contact: { ...contact, ...said, revision: contact.revision + 1 },
      address: lift ? lifted(address) : address,
    }
    const outcome = await transact(store.tables.db, [
      contactUpdate(store, contact, after.contact),
      ...consequences(store, standing, after, { at: now, entries: [] }),
      ...(lift ? claimUpdates(store.tables, address, { contactId, lift }) : []),
    ])
    if (outcome.kind === 'written') return 'changed'
  }
  throw new Error('a contact kept changing while its history was replayed')
}

type Told = Pick<Contact, 'choices' | 'restricted'> & { actedAt?: string }

/** What the history says of a contact, and the contact where it says nothing. */
export function told(contact: Contact, history: readonly LedgerEntry[]): Told {
  const restricting = history.findLast(
    ({ kind }) => kind === 'restrict' || kind === 'lift-restriction',
  )
  const acted = history.filter(({ evidence }) => isOwnAct(evidence)).map(({ at }) => at.getTime())
  const actedAt = Math.max(Date.parse(contact.actedAt ?? '') || 0, ...acted)
  return {
    choices: merged(contact.choices, fold(history)),
    restricted: restricting === undefined ? contact.restricted : restricting.kind === 'restrict',
    ...(actedAt === 0 ? {} : { actedAt: new Date(actedAt).toISOString() }),
  }
}

/** A repeated no moves its rank on and writes no history (UNSUB-09): then the stored one stays. */
function merged(stored: Choices, folded: Choices): Choices {
  const later = (purpose: string, choice: Choice): Choice => {
    const known = stored[purpose]
    if (known === undefined) return choice
    const isRepeated = known.ledgerId === choice.ledgerId && isOff(known.state)
    return isRepeated || known.rank > choice.rank ? known : choice
  }
  return {
    ...stored,
    ...Object.fromEntries(
      Object.entries(folded).map(([purpose, choice]) => [purpose, later(purpose, choice)]),
    ),
  }
}

/** True when the person said yes themself after the last time that they, or their provider, said no. */
export function cameBack(address: AddressRecord, history: readonly LedgerEntry[]): boolean {
  const refusedAt = lastRefusal(address)
  return refusedAt !== undefined && hasReturned(history, refusedAt)
}

/** Only the person's own double opt-in, or their session, ends a refusal (CONS-16). */
export function hasReturned(history: readonly LedgerEntry[], refusedAt: Date): boolean {
  return history.some(
    ({ kind, at, evidence }) =>
      (kind === 'confirm' || kind === 'turn-on') && evidence.actor === 'person' && at > refusedAt,
  )
}

export function lifted(address: AddressRecord): AddressRecord {
  const { bounce } = address.suppressions
  return { ...address, suppressions: bounce === undefined ? {} : { bounce } }
}
