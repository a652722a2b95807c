import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { type Act, type Choice, choiceOf, effect } from '../consent/choices.ts'
import { type Evidence, ledgerPut } from '../consent/ledger.ts'
import { type Item, toItem, transact } from '../platform/table.ts'
import { feedPut } from './change-feed.ts'
import { choiceAttribute, contactItemKey, parseContact } from './contact.ts'
import type { ContactStore } from './contacts.ts'
import { membershipDelete } from './membership.ts'

/**
 * Turning things off, blindly: one transaction, no read before it (UNSUB-10, one call per one-click).
 * Whether the act wins is decided by the database from the ranks.
 */
export type TurnedDown =
  | { kind: 'turned-down'; purposes: string[] }
  /** All of it was off already, or something of a higher rank stands: also a success (UNSUB-09). */
  | { kind: 'unchanged' }
  /** Erased, or never ours. */
  | { kind: 'no-contact' }

type Wanted = { purpose: string; choice: Choice }

/**
 * @param act whose changes are all to states that are off.
 * @throws when the tables cannot be reached: nothing was stored, and the caller must say so.
 */
export async function turnDown(
  store: Pick<ContactStore, 'tables' | 'policy'>,
  contactId: string,
  { act, evidence }: { act: Act; evidence: Evidence },
): Promise<TurnedDown> {
  const { tables, policy } = store
  const wanted = act.changes.map((change) => ({
    purpose: change.purpose,
    choice: choiceOf(act, change),
  }))
  let winning: Wanted[] = wanted
  for (;;) {
    // Also those that the policy no longer declares: an old link must take the last trace of them.
    const topics = winning.filter(({ purpose }) => !Object.hasOwn(policy.purposes, purpose))
    const purposes = winning.map(({ purpose }) => purpose)
    const outcome = await transact(tables.db, [
      { Update: { TableName: tables.main, ...contactUpdate(contactId, winning) } },
      ...topics.map(({ purpose }) => membershipDelete(tables, contactId, purpose)),
      ledgerPut(tables, policy, contactId, { ...act, evidence }),
      feedPut(tables, { contactId, purposes, ledgerId: act.ledgerId, at: act.at }),
    ])
    if (outcome.kind === 'written') return { kind: 'turned-down', purposes }
    const [contact] = outcome.standing
    if (contact?.failed !== true) throw new Error('a new ledger entry met one of its own id')
    if (contact.item === undefined) return { kind: 'no-contact' }
    const { choices } = parseContact(contact.item)
    const effects = wanted.map((each) => ({
      ...each,
      effect: effect(choices[each.purpose], each.choice),
    }))
    const stillWinning = effects.filter((each) => each.effect === 'replaces')
    if (stillWinning.length === 0) {
      const repeated = effects.filter((each) => each.effect === 'repeats')
      for (const each of repeated) await raiseRank(store, contactId, each)
      return { kind: 'unchanged' }
    }
    winning = stillWinning
  }
}

function contactUpdate(
  contactId: string,
  winning: readonly Wanted[],
): {
  Key: Item
  UpdateExpression: string
  ConditionExpression: string
  ExpressionAttributeNames: Record<string, string>
  ExpressionAttributeValues: Item
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD'
} {
  const names: Record<string, string> = {
    '#rank': 'rank',
    '#state': 'state',
    '#revision': 'revision',
  }
  const values: Record<string, unknown> = { ':one': 1 }
  const sets: string[] = []
  const conditions = ['attribute_exists(pk)']
  winning.forEach(({ purpose, choice }, index) => {
    names[`#c${index}`] = choiceAttribute(purpose)
    values[`:c${index}`] = choice
    values[`:r${index}`] = choice.rank
    values[`:s${index}`] = choice.state
    sets.push(`#c${index} = :c${index}`)
    // The same test as `effect` makes: outranks what is stored, and is no mere repetition.
    conditions.push(
      `(attribute_not_exists(#c${index}) OR (#c${index}.#rank < :r${index} AND #c${index}.#state <> :s${index}))`,
    )
  })
  return {
    Key: toItem(contactItemKey(contactId)),
    UpdateExpression: `SET ${sets.join(', ')} ADD #revision :one`,
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: toItem(values),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  }
}

/** A repetition moves the rank on, so that an older yes still on its way cannot win (CONS-17). */
async function raiseRank(
  { tables }: Pick<ContactStore, 'tables'>,
  contactId: string,
  { purpose, choice }: Wanted,
): Promise<void> {
  try {
    await tables.db.send(
      new UpdateItemCommand({
        TableName: tables.main,
        Key: toItem(contactItemKey(contactId)),
        UpdateExpression: 'SET #choice.#rank = :rank ADD #revision :one',
        ConditionExpression: '#choice.#rank < :rank AND #choice.#state = :state',
        ExpressionAttributeNames: {
          '#choice': choiceAttribute(purpose),
          '#rank': 'rank',
          '#state': 'state',
          '#revision': 'revision',
        },
        ExpressionAttributeValues: toItem({
          ':rank': choice.rank,
          ':state': choice.state,
          ':one': 1,
        }),
      }),
    )
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}
