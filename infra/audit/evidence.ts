import { type Change, isOff } from '../../functions/consent/choices.ts'
import type { LedgerEntry } from '../../functions/consent/ledger.ts'
import { isEvidenceOver } from './history.ts'
import { type Finding, findingsOf } from './invariants.ts'
import type { Person } from './person.ts'

/** Invariant 9: every yes was said by the person, or an import has put on record where it comes from. */
export function evidenceFindings(person: Person, now: Date): Finding[] {
  const { contact, history } = person
  return Object.entries(contact.choices)
    .filter(([, choice]) => !isOff(choice.state) && !isEvidenceOver(person, choice, now))
    .flatMap(([purpose, { ledgerId }]) => {
      const entry = history.find((each) => each.ledgerId === ledgerId)
      return findingsOf(9, `C#${contact.contactId} ${purpose}`, {
        'yes without evidence': entry === undefined || !carries(entry, purpose, history),
      })
    })
}

function carries(entry: LedgerEntry, purpose: string, history: readonly LedgerEntry[]): boolean {
  const { kind, evidence } = entry
  switch (kind) {
    case 'confirm':
    case 'turn-on':
    case 'pause':
      return evidence.actor === 'person'
    case 'import':
      return evidence.source !== undefined && evidence.evidenceRef !== undefined
    case 'undo':
      return evidence.actor === 'person' && undoesToYes(entry, purpose, history)
    default:
      return false
  }
}

/** An undo gives back what stood before; it cannot be the first yes of all. */
function undoesToYes(
  entry: LedgerEntry,
  purpose: string,
  history: readonly LedgerEntry[],
): boolean {
  const restores = entry.changes.find((change) => change.purpose === purpose)?.restores
  // Undoing a first "stop everything" gives back no consent: it takes the mark away.
  if (restores === undefined) return history.some((each) => each.ledgerId === entry.evidence.undoes)
  return history.some(
    (each) =>
      each.at.toISOString() === restores.at &&
      each.changes.some((change) => change.purpose === purpose && isFirst(each, change)) &&
      carries(each, purpose, history),
  )
}

/** Whether this is where the yes began: an undo that restores has it from another, never from itself. */
const isFirst = ({ kind }: LedgerEntry, { state, restores }: Change): boolean =>
  !isOff(state) && (kind !== 'undo' || restores === undefined)
