import type { OpenContact } from '../../functions/contact/contact.ts'
import { policy } from '../../policy.ts'

/** What a person may count on for one choice: they were told so, or nobody can tell. */
type Expected = 'on' | 'off' | 'either'
/** From when on that is so, in milliseconds since 1970. */
type Word = { expected: Expected; from: number }

/**
 * What comes to a mailbox: nothing but mail; also events of SES that are late, doubled or made up; or
 * the answers of SES's own simulator.
 */
export type Mailbox = 'quiet' | 'noisy' | 'bounces' | 'complains'

/** Somebody in the soak, with what the product has acknowledged to them. */
export type Person = {
  email: string
  mailbox: Mailbox
  words: Map<string, Word[]>
  /** Told that the deletion is under way; nothing they sent since could bring them back. */
  erased: boolean
  /** Has ever asked for it: their address may belong to another contact by now. */
  everErased: boolean
}

export const newPerson = (email: string, mailbox: Mailbox = 'quiet'): Person => ({
  email,
  mailbox,
  words: new Map(),
  erased: false,
  everErased: false,
})

export const topics = Object.keys(policy.topics).filter(
  (topic) => policy.topics[topic]?.basis === 'consent',
)
export const processing = ['open-tracking', 'click-tracking', 'profiling'] as const
/** Said of no choice, but like one: that the data are only kept. */
export const restriction = 'restriction'

type Said = {
  says: Expected
  acknowledged: boolean
  /** When they began to ask. */
  asked: number
}

/**
 * An act was tried: what it says holds once it was answered with a 2xx. From the moment it is asked
 * until then, and where an answer never came or was a 5xx, it is open whether it was done (UNSUB-10
 * promises only what was acknowledged).
 */
export function noted(
  person: Person,
  choices: readonly string[],
  { says, acknowledged, asked }: Said,
): void {
  // Of others a mail event may turn off what they have just turned on.
  const lasts = person.mailbox === 'quiet' || says !== 'on'
  for (const choice of choices) {
    const words = person.words.get(choice) ?? []
    const before = words.at(-1)?.expected
    if (before === says) continue
    if (before !== 'either') words.push({ expected: 'either', from: asked })
    if (acknowledged && lasts && says !== 'either') words.push({ expected: says, from: Date.now() })
    person.words.set(choice, words)
  }
}

/** As it was told at a moment; nobody has asked for anything before they first do. */
export function expectedAt({ words }: Person, choice: string, at: number = Date.now()): Expected {
  return words.get(choice)?.findLast(({ from }) => from <= at)?.expected ?? 'off'
}

/** Whether it was so at the first moment, and nothing else until the last. */
export function held(
  person: Person,
  choice: string,
  { as, from, to }: { as: Expected; from: number; to: number },
): boolean {
  const later = person.words.get(choice)?.filter((word) => word.from > from && word.from <= to)
  return (
    expectedAt(person, choice, from) === as &&
    (later ?? []).every(({ expected }) => expected === as)
  )
}

/** Every promise to this person that the tables do not keep; empty when all hold. */
export function brokenPromises(person: Person, contact: OpenContact | undefined): string[] {
  if (person.erased)
    return contact === undefined ? [] : ['was told of a deletion and is still known']
  return [...person.words.keys()].flatMap((choice) => {
    const expected = expectedAt(person, choice)
    const state = choice === restriction ? undefined : contact?.choices[choice]?.state
    const is =
      choice === restriction ? contact?.restricted : state === 'given' || state === 'paused'
    if (expected === 'off' && is) return [`${choice} was turned off, and is ${state ?? 'on'}`]
    if (expected === 'on' && !is) return [`${choice} was turned on, and is ${state ?? 'off'}`]
    return []
  })
}
