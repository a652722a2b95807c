import { type Choice, isOff } from '../../functions/consent/choices.ts'
import { fold } from '../../functions/consent/ledger.ts'
import { type Finding, findingsOf } from './invariants.ts'
import type { Person } from './person.ts'

const dayMs = 86_400_000

/** Invariant 2: what the contact says of each choice is what its history amounts to. */
export function historyFindings(person: Person, now: Date): Finding[] {
  const { contact, history, unreadableEntries } = person
  const folded = fold(history)
  const owner = `C#${contact.contactId}`
  const purposes = new Set([...Object.keys(contact.choices), ...Object.keys(folded)])
  return [
    ...findingsOf(2, owner, { 'unreadable ledger entry': unreadableEntries > 0 }),
    ...[...purposes].flatMap((purpose) => {
      const stored = contact.choices[purpose]
      const told = folded[purpose]
      const id = `${owner} ${purpose}`
      if (stored === undefined) return findingsOf(2, id, { 'history without a choice': true })
      if (isEvidenceOver(person, stored, now)) return []
      if (told === undefined) return findingsOf(2, id, { 'choice without a history': true })
      return findingsOf(2, id, {
        'another state than its history': stored.state !== told.state,
        'another basis than its history': stored.basis !== told.basis,
        'another rank than its history': !agreesInRank(stored, told),
        'another date than its history':
          stored.at !== told.at ||
          stored.until !== told.until ||
          stored.noticeVersion !== told.noticeVersion,
        'another entry than its history': stored.ledgerId !== told.ledgerId,
      })
    }),
  ]
}

/** Turning off again moves the rank on and writes no history (UNSUB-09); nothing else may. */
function agreesInRank(stored: Choice, told: Choice): boolean {
  return isOff(stored.state) ? stored.rank >= told.rank : stored.rank === told.rank
}

/** The ledger keeps evidence for a stated time; an older choice can no longer be told from it. */
export function isEvidenceOver({ policy }: Person, { at }: Choice, now: Date): boolean {
  return Date.parse(at) + policy.retention.evidence * dayMs <= now.getTime()
}
