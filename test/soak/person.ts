import type { OpenContact } from '../../functions/contact/contact.ts'
import { policy } from '../../policy.ts'

/** What a person may count on for one choice: they were told so, or nobody can tell. */
type Expected = 'on' | 'off' | 'either'

/** Somebody in the soak, with what the product has acknowledged to them. */
export type Person = {
  email: string
  expected: Map<string, Expected>
  /** Told that the deletion is under way; nothing they sent since could bring them back. */
  erased: boolean
}

export const newPerson = (email: string): Person => ({ email, expected: new Map(), erased: false })

export const topics = Object.keys(policy.topics).filter(
  (topic) => policy.topics[topic]?.basis === 'consent',
)

/**
 * An act was tried: what it says holds once it was answered with a 2xx. An answer that never came, or
 * a 5xx, leaves open whether it was done (UNSUB-10 promises only what was acknowledged).
 */
export function noted(
  person: Person,
  choices: readonly string[],
  { says, acknowledged }: { says: 'on' | 'off' | 'either'; acknowledged: boolean },
): void {
  for (const choice of choices) {
    const before = person.expected.get(choice) ?? 'either'
    const certain = acknowledged && says !== 'either'
    person.expected.set(choice, certain ? says : before === says ? says : 'either')
  }
}

/** Every promise to this person that the tables do not keep; empty when all hold. */
export function brokenPromises(person: Person, contact: OpenContact | undefined): string[] {
  if (person.erased)
    return contact === undefined ? [] : ['was told of a deletion and is still known']
  return [...person.expected].flatMap(([choice, expected]) => {
    const state = contact?.choices[choice]?.state
    const on = state === 'given' || state === 'paused'
    if (expected === 'off' && on) return [`${choice} was turned off, and is ${state}`]
    if (expected === 'on' && !on) return [`${choice} was turned on, and is ${state ?? 'unknown'}`]
    return []
  })
}
