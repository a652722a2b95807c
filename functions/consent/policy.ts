import type * as v from 'valibot'
import type { policySchema } from './policy-schema.ts'

export type Policy = v.InferOutput<typeof policySchema>
export type Topic = Policy['topics'][string]
export type ProcessingPurpose = Policy['purposes'][keyof Policy['purposes']]
/** A text in each of the policy's languages. */
export type Text = Policy['authority']['name']

/** The id that stands for all direct marketing at once; no topic or purpose may take it. */
export const directMarketing = 'direct-marketing'

/**
 * A declaration, typed. It is checked where it is bundled (`checkPolicy`), so that no function can hold one
 * that was not, and none spends a cold start on asking again.
 */
export const definePolicy = (declared: Policy): Policy => declared

/** The text in the wanted language, else in the policy's default language. */
export function inLanguage(policy: Policy, texts: Text, wanted: string): string {
  const own = Object.hasOwn(texts, wanted) ? texts[wanted] : undefined
  return own ?? texts[policy.languages[0] ?? ''] ?? ''
}

export function isTopic(policy: Policy, purpose: string): boolean {
  return Object.hasOwn(policy.topics, purpose)
}

/** Every id a choice can be about: the topics, then the processing purposes, as declared. */
export function purposeIds(policy: Policy): string[] {
  return [...Object.keys(policy.topics), ...Object.keys(policy.purposes)]
}

/** All direct marketing at once: everything by name, and the mark that also covers what comes later. */
export function allMarketing(policy: Policy): string[] {
  return [...purposeIds(policy), directMarketing]
}

/** The declaration of a topic or processing purpose; undefined when nobody declared it. */
export function declarationOf(
  policy: Policy,
  purpose: string,
): Topic | ProcessingPurpose | undefined {
  const all: Record<string, Topic | ProcessingPurpose> = { ...policy.topics, ...policy.purposes }
  return Object.hasOwn(all, purpose) ? all[purpose] : undefined
}

/** Purposes that a person can still be asked about: all that are neither off nor decided for them. */
export function offeredPurposes(policy: Policy): string[] {
  return Object.entries(policy.purposes)
    .filter(([, { basis }]) => basis === 'consent')
    .map(([key]) => key)
}

/** Topics that a sign-up form may offer: those resting on consent (CONS-02, CONS-11). */
export function offeredTopics(policy: Policy): string[] {
  return Object.entries(policy.topics)
    .filter(([, { basis }]) => basis === 'consent')
    .map(([key]) => key)
}
