import * as v from 'valibot'
import { isTopic, type Policy, purposeIds } from '../consent/policy.ts'

/** Whom an export is about, what for, and who gets it (EXP-01, EXP-02). */
const id = v.pipe(v.string(), v.maxLength(100))
export const criteriaSchema = v.strictObject({
  /** The mail topic whose members are looked through. */
  topic: id,
  /** What the file is for; each person must be allowed for both at the moment of writing. */
  purpose: id,
  recipient: id,
  format: v.picklist(['csv', 'ndjson'], 'must be csv or ndjson'),
})
export type Criteria = v.InferOutput<typeof criteriaSchema>

/** Nobody may be given data that the policy does not say they receive. */
export type Undeclared =
  | { kind: 'unknown-topic'; declared: string[] }
  | { kind: 'unknown-purpose'; declared: string[] }
  | { kind: 'undeclared-recipient'; declared: string[] }

/** What of an export the policy does not declare, and what it declares instead; undefined when all is. */
export function undeclared(
  policy: Policy,
  { topic, purpose, recipient }: Criteria,
): Undeclared | undefined {
  if (!isTopic(policy, topic)) {
    return { kind: 'unknown-topic', declared: Object.keys(policy.topics) }
  }
  if (!purposeIds(policy).includes(purpose)) {
    return { kind: 'unknown-purpose', declared: purposeIds(policy) }
  }
  const recipients = Object.entries(policy.recipients)
    .filter(([, { receives }]) => receives.includes(topic) && receives.includes(purpose))
    .map(([key]) => key)
  return recipients.includes(recipient)
    ? undefined
    : { kind: 'undeclared-recipient', declared: recipients }
}
