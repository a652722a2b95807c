import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { countsAsStopped, stopTakenBack } from '../campaign/stops.ts'
import {
  type ActKind,
  type Change,
  type Choices,
  choiceOf,
  isOff,
  lastSaidAt,
} from '../consent/choices.ts'
import { type Evidence, fold, type LedgerEntry } from '../consent/ledger.ts'
import { directMarketing } from '../consent/policy.ts'
import { change } from '../contact/change.ts'
import type { Contact, OpenContact } from '../contact/contact.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { readHistory } from '../contact/history.ts'
import { lastRefusal } from '../contact/suppression.ts'
import { orderedId } from '../platform/id.ts'
import { ttlAt } from '../platform/table.ts'
import type { UndoToken } from '../platform/token-bodies.ts'

const undoable: readonly ActKind[] = ['one-click', 'withdraw', 'pause']

export type UndoOutcome = { kind: 'undone'; contact: OpenContact } | { kind: 'too-late' }

/**
 * Restores what stood before a turn-off, while that entry is the latest of its choices (design §6).
 * Never after a complaint or an objection (CONS-16): those are not turn-offs, and they end this, also
 * when they were said before this and arrive after it. Whoever stopped through a campaign and takes it
 * back no longer counts among those who did, from the same transaction on.
 */
export async function undo(
  store: ContactStore,
  { contactId, ledgerId }: UndoToken,
  { method, now }: { method: Evidence['method']; now: Date },
): Promise<UndoOutcome> {
  const entry: Omit<LedgerEntry, 'changes'> = {
    kind: 'undo',
    at: now,
    ledgerId: orderedId(now),
    noticeVersion: store.policy.notice.version,
    evidence: { actor: 'person', method, undoes: ledgerId },
  }
  const outcome = await change(store, contactId, async (contact, address) => {
    if (contact.erasing || lastRefusal(address) !== undefined) return undefined
    // After the contact: whatever was said up to that reading is in it.
    const history = await readHistory(store, contactId)
    const undone = history.find((each) => each.ledgerId === ledgerId)
    if (undone === undefined || !undoable.includes(undone.kind)) return undefined
    const before = fold(history.filter((each) => each !== undone))
    const changes = restored(undone, before, contact)
    if (changes.length === 0) return undefined
    const also = await countedNoLonger(store, contactId, { undone, history, now })
    return { at: now, entries: [{ ...entry, changes }], also }
  })
  return outcome.kind === 'changed'
    ? { kind: 'undone', contact: outcome.contact }
    : { kind: 'too-late' }
}

/**
 * Takes the person back out of the figure of the campaign through which they had stopped. Not while
 * another of their stops through it stands that they did not take back, nor where they were not counted,
 * since a restore has written the stop again.
 */
async function countedNoLonger(
  { tables, policy }: ContactStore,
  contactId: string,
  { undone, history, now }: { undone: LedgerEntry; history: readonly LedgerEntry[]; now: Date },
): Promise<TransactWriteItem[]> {
  const { campaign: campaignId } = undone.evidence
  if (campaignId === undefined) return []
  const takenBack = new Set(history.map(({ evidence }) => evidence.undoes))
  const stops = history.some(
    (each) =>
      each !== undone && each.evidence.campaign === campaignId && !takenBack.has(each.ledgerId),
  )
  if (stops || !(await countsAsStopped(tables, { contactId, campaignId }))) return []
  const ttl = ttlAt(now, policy.retention.messages)
  return stopTakenBack(tables.main, { contactId, campaignId, ttl })
}

function restored(undone: LedgerEntry, before: Choices, contact: Contact): Change[] {
  if (stoppedAllSince(undone, contact)) return []
  return undone.changes.flatMap(({ purpose }): Change[] => {
    const standing = contact.choices[purpose]
    if (standing?.ledgerId !== undone.ledgerId) return []
    const undoes = lastSaidAt(standing).toISOString()
    const earlier = before[purpose]
    if (earlier === undefined) {
      return purpose === directMarketing ? [{ purpose, state: 'given', undoes }] : []
    }
    if (earlier.state !== 'given' && earlier.state !== 'paused') return []
    const { state, basis, until, at, noticeVersion } = earlier
    return [
      {
        purpose,
        state,
        ...(basis === undefined ? {} : { basis }),
        ...(until === undefined ? {} : { until }),
        restores: { at, noticeVersion },
        undoes,
      },
    ]
  })
}

/**
 * A later "stop everything" is the last word also on what was off already, though it left the entry
 * of that as it was.
 */
function stoppedAllSince(undone: LedgerEntry, { choices }: Contact): boolean {
  const all = choices[directMarketing]
  if (all === undefined || !isOff(all.state) || all.ledgerId === undone.ledgerId) return false
  return all.rank > choiceOf(undone, { purpose: directMarketing, state: 'withdrawn' }).rank
}
