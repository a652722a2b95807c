import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { type Choices, isOff } from '../consent/choices.ts'
import { decide } from '../consent/decide.ts'
import { ledgerPut, suppressionPut } from '../consent/ledger.ts'
import { declarationOf, directMarketing, purposeIds } from '../consent/policy.ts'
import { orderedId } from '../platform/id.ts'
import { toItem } from '../platform/table.ts'
import { feedPut } from './change-feed.ts'
import { contactKeyOwner, type OpenContact, standingOf } from './contact.ts'
import type { ContactStore } from './contacts.ts'
import { membershipDelete, membershipPut } from './membership.ts'
import type { Plan } from './plan.ts'
import { type AddressRecord, suppressUpdate } from './suppression.ts'
import { identityFields } from './vault.ts'

export type State = { contact: OpenContact; address: AddressRecord }

/** Everything that must be written together with the contact itself. */
export function consequences(
  store: ContactStore,
  before: State,
  after: State,
  plan: Plan,
): TransactWriteItem[] {
  const { tables, policy } = store
  const { contactId } = after.contact
  const { at, entries } = plan
  const index = memberships(store, before, after, at)
  const seals =
    plan.identity !== undefined ||
    entries.some(({ sealed }) => sealed !== undefined) ||
    index.some(({ Put }) => Put !== undefined)
  const purposes = ended(store, before, after, plan)
  const corrected = isCorrection(before, plan)
  return [
    ...index,
    ...(seals ? keyLives(store, before.contact) : []),
    ...entries.map((entry) => ledgerPut(tables, policy, contactId, entry)),
    ...(purposes.length === 0
      ? []
      : [feedPut(tables, { contactId, purposes, ledgerId: lastOf(entries, at), at })]),
    ...(corrected
      ? [
          feedPut(tables, {
            contactId,
            purposes: purposeIds(policy),
            ledgerId: orderedId(at),
            at,
            corrected,
          }),
        ]
      : []),
    ...(plan.suppress === undefined
      ? []
      : [
          suppressUpdate(tables, after.address.addressKey, plan.suppress.kind, plan.suppress.at),
          suppressionPut(tables, { addressKey: after.address.addressKey, ...plan.suppress }),
        ]),
    ...(plan.also ?? []),
  ]
}

const lastOf = (entries: Plan['entries'], at: Date): string =>
  entries.at(-1)?.ledgerId ?? orderedId(at)

/** RIGHT-09: whoever was given what is now corrected must hear of it, too. */
function isCorrection({ contact }: State, { identity, erasing }: Plan): boolean {
  if (contact.revision === 0 || identity === undefined || erasing) return false
  return identityFields.some((field) => contact.identity[field] !== identity[field])
}

/**
 * Everything that may no longer be done with this person, for those who made a file from an earlier
 * reading: what was turned off, and what a pause, a suppression or a weaker basis has ended.
 */
function ended({ policy }: ContactStore, before: State, after: State, plan: Plan): string[] {
  const may = ({ contact, address }: State, purpose: string): boolean =>
    decide(policy, standingOf(contact, address), purpose, plan.at).may
  return [
    ...new Set([
      ...purposeIds(policy).filter((purpose) => may(before, purpose) && !may(after, purpose)),
      ...turnedOff(before.contact.choices, after.contact.choices),
      ...(plan.erasing ? Object.keys(policy.topics) : []),
    ]),
  ]
}

function turnedOff(before: Choices, after: Choices): string[] {
  return Object.entries(after)
    .filter(([purpose, { state }]) => isOff(state) && before[purpose]?.state !== state)
    .map(([purpose]) => purpose)
}

/** A membership stands exactly when the decision is yes, or would be but for a pause (invariant 1). */
function memberships(
  store: ContactStore,
  before: State,
  after: State,
  at: Date,
): TransactWriteItem[] {
  const { tables, policy } = store
  const belongs = ({ contact, address }: State, topic: string): boolean => {
    const decision = decide(policy, standingOf(contact, address), topic, at)
    return decision.may || decision.because === 'paused'
  }
  // What the policy no longer declares goes with the next change: an erasure must leave no trace of it.
  const dropped = Object.keys(before.contact.choices).filter(
    (purpose) => purpose !== directMarketing && declarationOf(policy, purpose) === undefined,
  )
  return [...Object.keys(policy.topics), ...dropped].flatMap((topic): TransactWriteItem[] => {
    const choice = after.contact.choices[topic]
    if (choice !== undefined && belongs(after, topic)) {
      const stands =
        belongs(before, topic) &&
        before.contact.choices[topic]?.rank === choice.rank &&
        before.contact.sealed === after.contact.sealed &&
        before.contact.language === after.contact.language
      if (stands) return []
      return [membershipPut(tables, after.contact, topic, choice)]
    }
    return before.contact.choices[topic] === undefined && choice === undefined
      ? []
      : [membershipDelete(tables, after.contact.contactId, topic)]
  })
}

/** Nothing is sealed under a key that an erasure has just deleted (design §4). */
function keyLives(
  { tables }: ContactStore,
  { contactId, revision }: OpenContact,
): TransactWriteItem[] {
  if (revision === 0) return []
  return [
    {
      ConditionCheck: {
        TableName: tables.keys,
        Key: toItem({ pk: contactKeyOwner(contactId) }),
        ConditionExpression: 'attribute_exists(pk)',
      },
    },
  ]
}
