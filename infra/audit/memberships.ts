import { isDeepStrictEqual } from 'node:util'
import { isOff } from '../../functions/consent/choices.ts'
import { type Decision, decide } from '../../functions/consent/decide.ts'
import { isTopic } from '../../functions/consent/policy.ts'
import { contactItemKey, parseContact, standingOf } from '../../functions/contact/contact.ts'
import { type Membership, shardOf } from '../../functions/contact/membership.ts'
import { openIdentity } from '../../functions/contact/vault.ts'
import type { Inspect } from './inspect.ts'
import { type Finding, findingsOf } from './invariants.ts'
import { parsed } from './parsed.ts'
import type { Opened, Person } from './person.ts'

/**
 * Invariant 1, from the contact's side: the index holds whom the decision allows, as the contact has
 * them, and nobody else.
 */
export function membershipFindings(person: Person, now: Date): Finding[] {
  const { policy, contact, memberships, opened } = person
  const address = person.address ?? { addressKey: contact.addressKey, suppressions: {} }
  const standing = standingOf(contact, address)
  return Object.keys(policy.topics).flatMap((topic) => {
    const decision = decide(policy, standing, topic, now)
    const belongs = belonging(decision, contact.choices[topic]?.state === 'expired')
    const membership = memberships.get(topic)
    const id = `C#${contact.contactId} ${topic}`
    if (membership === 'unreadable') return findingsOf(1, id, { 'unreadable membership': true })
    return [
      ...findingsOf(1, id, {
        'no membership where the decision is yes': belongs === true && membership === undefined,
        'membership where the decision is no': belongs === false && membership !== undefined,
      }),
      ...(membership === undefined ? [] : differences(person, id, { topic, membership, opened })),
    ]
  })
}

/**
 * Undefined where both are right: nobody did anything, but time went by or the policy was changed, and
 * the membership waits for the next act or the sweep. Whoever reads it decides again.
 */
function belonging(decision: Decision, wasExpired: boolean): boolean | undefined {
  if (decision.may) return true
  switch (decision.because) {
    case 'paused':
      return true
    case 'undeclared':
    case 'purpose-off':
    case 'not-personal':
    case 'other-basis':
    case 'earlier-notice':
      return undefined
    case 'expired':
      return wasExpired ? false : undefined
    default:
      return false
  }
}

function differences(
  { contact }: Person,
  id: string,
  {
    topic,
    membership,
    opened,
  }: { topic: string; membership: Membership; opened?: Opened | undefined },
): Finding[] {
  const other = findingsOf(1, id, {
    'membership of another choice': !isDeepStrictEqual(membership.choice, contact.choices[topic]),
    'membership of another language': membership.language !== contact.language,
  })
  if (opened === undefined) return other
  const sealed = parsed(() => openIdentity(opened.key, 'membership', membership.sealed))
  return [
    ...other,
    ...findingsOf(1, id, {
      'membership that does not open': sealed === undefined,
      'membership of another address':
        sealed !== undefined && sealed.email !== opened.identity.email,
      'membership of another name': sealed !== undefined && sealed.name !== opened.identity.name,
    }),
  ]
}

/** From the membership's side: it has a contact, and lies where its contact would look for it. */
export const inspectMembership: Inspect = async ({ store, reader }, item) => {
  const [, topic = '', shard = ''] = String(item.pk).split('#')
  const contactId = String(item.sk)
  const id = `C#${contactId} ${topic}`
  const [found] = await reader.items([{ table: store.tables.main, key: contactItemKey(contactId) }])
  const contact = found && parsed(() => parseContact(found))
  const choice = contact?.choices[topic]
  const isDropped = !isTopic(store.policy, topic)
  const isOver = contact?.erasing !== undefined || choice === undefined || isOff(choice.state)
  return findingsOf(1, id, {
    'membership of no contact': found === undefined,
    'membership in another shard': shard !== shardOf(contactId),
    // Of a topic that the policy has dropped the contact's side knows nothing.
    'membership where the decision is no': contact !== undefined && isDropped && isOver,
  })
}
