import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { toItem, transact } from '../platform/table.ts'
import { claimUpdates } from './claim.ts'
import { consequences } from './consequences.ts'
import { choiceAttribute, contactItemKey, type OpenContact } from './contact.ts'
import { type ContactStore, readStanding } from './contacts.ts'
import { moveWrites } from './move-address.ts'
import { effectiveEntries, type Plan, planAfter } from './plan.ts'
import type { AddressRecord } from './suppression.ts'

/**
 * The only way to enlarge, and to do anything more than turn off: read, work out, and write state,
 * index, history and feed in one transaction that holds only if nothing moved meanwhile.
 */
export type Changed =
  | { kind: 'changed'; contact: OpenContact; address: AddressRecord }
  | { kind: 'unchanged'; contact: OpenContact; address: AddressRecord }
  | { kind: 'no-contact' }

const attempts = 6

/**
 * @param plan what to do about the contact as it stands; undefined for nothing. Called again, on a
 *   fresh reading, when something else changed the contact meanwhile.
 * @throws when the tables cannot be reached or no attempt came through: nothing was stored.
 */
export async function change(
  store: ContactStore,
  contactId: string,
  plan: (
    contact: OpenContact,
    address: AddressRecord,
  ) => Plan | undefined | Promise<Plan | undefined>,
): Promise<Changed> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const standing = await readStanding(store, contactId)
    if (standing === undefined) return { kind: 'no-contact' }
    const { contact, address } = standing
    const planned = await plan(contact, address)
    if (planned === undefined) return { kind: 'unchanged', contact, address }
    const after = planAfter(contact, address, planned)
    const entries = effectiveEntries(contact.choices, planned.entries)
    const effective: Plan = { ...planned, entries }
    if (isSame(contact, after.contact, effective)) return { kind: 'unchanged', contact, address }
    const outcome = await transact(store.tables.db, [
      contactUpdate(store, contact, after.contact),
      ...consequences(store, { contact, address }, after, effective),
      ...(planned.liftSuppressions
        ? claimUpdates(store.tables, address, { contactId, lift: true })
        : []),
      ...(planned.moveTo === undefined
        ? []
        : moveWrites(store.tables, contactId, { from: address, to: planned.moveTo })),
    ])
    const kind = isRepetition(effective) ? 'unchanged' : 'changed'
    if (outcome.kind === 'written') return { kind, ...after }
  }
  throw new Error('a contact kept changing while it was being changed')
}

function isSame(before: OpenContact, after: OpenContact, plan: Plan): boolean {
  const moved = Object.entries(after.choices).some(
    ([purpose, choice]) => before.choices[purpose]?.rank !== choice.rank,
  )
  return !moved && isRepetition(plan)
}

/** Nothing to write but, at most, ranks. */
function isRepetition(plan: Plan): boolean {
  return (
    plan.entries.length === 0 &&
    plan.identity === undefined &&
    plan.language === undefined &&
    plan.erasing === undefined &&
    plan.restricted === undefined &&
    plan.moveTo === undefined &&
    plan.suppress === undefined &&
    !plan.liftSuppressions &&
    (plan.also ?? []).length === 0
  )
}

export function contactUpdate(
  { tables }: ContactStore,
  before: OpenContact,
  after: OpenContact,
): TransactWriteItem {
  const names: Record<string, string> = { '#revision': 'revision', '#language': 'language' }
  const values: Record<string, unknown> = {
    ':before': before.revision,
    ':after': after.revision,
    ':language': after.language,
    ':sealed': after.sealed,
  }
  const sets = ['#revision = :after', '#language = :language', 'sealed = :sealed']
  Object.entries(after.choices).forEach(([purpose, choice], index) => {
    if (before.choices[purpose]?.rank === choice.rank) return
    names[`#c${index}`] = choiceAttribute(purpose)
    values[`:c${index}`] = choice
    sets.push(`#c${index} = :c${index}`)
  })
  if (after.actedAt !== before.actedAt) {
    values[':acted'] = after.actedAt
    sets.push('actedAt = :acted')
  }
  if (after.addressKey !== before.addressKey) {
    values[':address'] = after.addressKey
    values[':generation'] = after.generation
    sets.push('addressKey = :address', 'generation = :generation')
  }
  if (after.restricted && !before.restricted) {
    values[':restricted'] = true
    sets.push('restricted = :restricted')
  }
  if (after.erasing !== undefined && before.erasing === undefined) {
    values[':erasing'] = after.erasing
    sets.push('erasing = :erasing')
  }
  return {
    Update: {
      TableName: tables.main,
      Key: toItem(contactItemKey(before.contactId)),
      UpdateExpression: [`SET ${sets.join(', ')}`, ...removals(before, after)].join(' '),
      ConditionExpression: 'attribute_exists(pk) AND #revision = :before',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: toItem(values),
    },
  }
}

function removals(before: OpenContact, after: OpenContact): string[] {
  const gone = [
    ...(before.restricted && !after.restricted ? ['restricted'] : []),
    ...(before.lapsed && !after.lapsed ? ['lapsed'] : []),
  ]
  return gone.length === 0 ? [] : [`REMOVE ${gone.join(', ')}`]
}
