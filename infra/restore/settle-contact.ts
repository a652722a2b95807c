import { isOwnAct, type LedgerEntry } from '../../functions/consent/ledger.ts'
import { change } from '../../functions/contact/change.ts'
import { type ContactStore, readContact } from '../../functions/contact/contacts.ts'
import { readHistory } from '../../functions/contact/history.ts'
import { lapse } from '../../functions/contact/lapse.ts'
import { replayContact } from '../../functions/contact/replay.ts'
import { readRequest } from '../../functions/contact/request-record.ts'
import {
  signUpConfirmed,
  signUpDeletes,
  signUpItemKey,
} from '../../functions/contact/sign-up-record.ts'
import { readAddress } from '../../functions/contact/suppression.ts'
import { readTogether, transact } from '../../functions/platform/table.ts'
import { beginErasure } from '../../functions/rights/erase.ts'
import { finishErasure } from '../../functions/rights/finish-erasure.ts'

export type Settled =
  | 'erased'
  /** Asked to be erased, or fell silent, after the copy: that is under way again. */
  | 'erasing'
  | 'changed'
  | 'as-it-was'
  /** The copy has no such contact. */
  | 'absent'
  /** There is a contact and no key: nobody can read who it is. */
  | 'unreadable'
  /** Their address has changed since; the copy knows the old one, which is mailed no more. */
  | 'moved'
  /** Something else of what we know of them was corrected since, and is as before. */
  | 'uncorrected'

/** Makes everything that the copy holds of one person what the ledger says of them (RIGHT-13). */
export async function settleContact(
  store: ContactStore,
  contactId: string,
  { since, now }: { since: Date; now: Date },
): Promise<Settled> {
  const { tables } = store
  const history = await readHistory(store, contactId)
  const erased = history.findLast(({ kind }) => kind === 'erased')
  await endSignUps(store, contactId, { history, isErased: erased !== undefined })
  if (erased !== undefined) {
    await finishErasure(store, contactId, { erasedAt: erased.at, now })
    return 'erased'
  }
  const outcome = await replayContact(store, contactId, now)
  if (outcome === 'no-contact') {
    return (await readContact(tables, contactId)) === undefined ? 'absent' : 'unreadable'
  }
  const later = history.filter(({ at }) => at >= since)
  if (await eraseAgain(store, contactId, { history, now })) return 'erasing'
  return (await corrections(store, contactId, { history: later, now })) ?? outcome
}

/** What was confirmed since is no longer pending; of whoever was erased nothing is. */
async function endSignUps(
  { tables }: ContactStore,
  contactId: string,
  { history, isErased }: { history: readonly LedgerEntry[]; isErased: boolean },
): Promise<void> {
  for (const { kind, at, evidence } of history) {
    const { signUpId } = evidence
    if (kind !== 'confirm' || signUpId === undefined) continue
    const [item] = await readTogether(tables.db, [
      { table: tables.main, key: signUpItemKey(signUpId) },
    ])
    if (item === undefined) continue
    await transact(
      tables.db,
      isErased
        ? signUpDeletes(tables, { signUpId, addressKey: String(item.addressKey) })
        : signUpConfirmed(tables, { signUpId, contactId, at }),
    )
  }
}

/** An erasure that was under way, by its own first step; the nightly sweep carries it on. */
async function eraseAgain(
  store: ContactStore,
  contactId: string,
  { history, now }: { history: readonly LedgerEntry[]; now: Date },
): Promise<boolean> {
  const contact = await readContact(store.tables, contactId)
  if (contact === undefined || contact.erasing !== undefined) return false
  if (history.some(({ kind }) => kind === 'erase')) {
    await beginErasure(store, contactId, { requests: async () => {}, now })
    return true
  }
  const silent = history.findLast(({ kind }) => kind === 'lapse')
  if (silent === undefined) return false
  const isBack = history.some(({ at, evidence }) => isOwnAct(evidence) && at > silent.at)
  if (isBack) return false
  const address = await readAddress(store.tables, [contact.addressKey])
  return lapse(store, { contact, address }, { now, also: [] })
}

/** The ledger notes that something was corrected, never what: what the copy lacks is lost. */
async function corrections(
  store: ContactStore,
  contactId: string,
  { history, now }: { history: readonly LedgerEntry[]; now: Date },
): Promise<'moved' | 'uncorrected' | undefined> {
  let found: 'uncorrected' | undefined
  for (const { kind, evidence } of history) {
    const { requestId, asked = [] } = evidence
    if (kind !== 'rectify' || requestId === undefined) continue
    const request = await readRequest(store.tables, requestId, now)
    if (request?.closedAt !== undefined) continue
    if (asked.includes('email')) {
      const suppress = { kind: 'bounce', at: now } as const
      await change(store, contactId, (_, { suppressions }) =>
        suppressions.bounce === undefined ? { at: now, entries: [], suppress } : undefined,
      )
      return 'moved'
    }
    found = 'uncorrected'
  }
  return found
}
