import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { type Act, type Choice, type Choices, choiceOf, effect, isOff } from '../consent/choices.ts'
import { type Evidence, isOwnAct, ledgerPut } from '../consent/ledger.ts'
import { directMarketing, type Policy } from '../consent/policy.ts'
import {
  type Item,
  type Refusal,
  toItem,
  transact,
  type UnsealedTables,
} from '../platform/table.ts'
import { feedPut } from './change-feed.ts'
import { choiceAttribute, contactItemKey, parseContact } from './contact.ts'
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

export type TurningDown = {
  act: Act
  evidence: Evidence
  now: Date
  /** What is written with the change, if there is one; it must hold in any case. */
  also?: readonly TransactWriteItem[]
  /** How the change is counted, if there is one: at any moment the conditions of one of the ways hold. */
  ways?: readonly (readonly TransactWriteItem[])[]
}

/** Turning down opens nothing, so it is not given the keys. */
export type UnsealedStore = { tables: UnsealedTables; policy: Policy }

type Wanted = { purpose: string; choice: Choice }
/** A choice that the act moves: to off, or only in rank where it was off already. */
type Move = Wanted & { effect: 'replaces' | 'repeats' }

const attempts = 20

/**
 * @param now when this is written; a complaint that arrives late has an earlier act.
 * @param act whose changes are all to states that are off, each purpose named once; a stop to all
 *   direct marketing names every topic, too.
 * @throws when the tables cannot be reached: nothing was stored, and the caller must say so.
 */
export async function turnDown(
  store: UnsealedStore,
  contactId: string,
  { act, evidence, now, also = [], ways = [] }: TurningDown,
): Promise<TurnedDown> {
  assertTurnsOff(store.policy, act)
  const wanted = act.changes.map((change) => ({
    purpose: change.purpose,
    choice: choiceOf(act, change),
  }))
  // As written, not as acted: what arrives late must not move the time back.
  const actedAt = isOwnAct(evidence) ? now.toISOString() : undefined
  let moves: Move[] = wanted.map((each) => ({ ...each, effect: 'replaces' }))
  let way = 0
  for (let attempt = 0; attempt < attempts; attempt++) {
    const purposes = replacedBy(moves)
    const change = { TableName: store.tables.main, ...contactUpdate(contactId, moves, actedAt) }
    const counting = ways[way % ways.length] ?? []
    const besides = [...also, ...counting]
    const outcome = await transact(store.tables.db, [
      { Update: change },
      ...traces(store, contactId, { act, evidence, purposes, now, besides }),
    ])
    if (outcome.kind === 'written') {
      return purposes.length === 0 ? { kind: 'unchanged' } : { kind: 'turned-down', purposes }
    }
    const [contact] = outcome.standing
    if (contact?.failed !== true) {
      assertOneOf(counting, outcome)
      way += 1
      continue
    }
    if (contact.item === undefined) return { kind: 'no-contact' }
    moves = movesAgainst(parseContact(contact.item).choices, wanted)
    if (moves.length === 0) return { kind: 'unchanged' }
  }
  throw new Error('a contact kept changing while it was being turned down')
}

/** It was a way to count, which stand last, that did not hold; no other condition can fail. */
function assertOneOf(
  counting: readonly TransactWriteItem[],
  { standing }: { standing: readonly Refusal[] },
): void {
  const last = standing.slice(standing.length - counting.length)
  if (!last.some(({ failed }) => failed)) {
    throw new Error('a new ledger entry met one of its own id')
  }
}

/** Memberships are deleted by name: the mark "direct marketing" alone would leave them standing. */
function assertTurnsOff(policy: Policy, { changes }: Act): void {
  const named = new Set(changes.map(({ purpose }) => purpose))
  const whole =
    !named.has(directMarketing) || Object.keys(policy.topics).every((topic) => named.has(topic))
  if (!whole || changes.some(({ state }) => !isOff(state))) {
    throw new TypeError('an act that turns down names each topic, and nothing that is on')
  }
}

const replacedBy = (moves: readonly Move[]): string[] =>
  moves.flatMap(({ effect, purpose }) => (effect === 'replaces' ? purpose : []))

function movesAgainst(choices: Choices, wanted: readonly Wanted[]): Move[] {
  return wanted.flatMap((each) => {
    const outcome = effect(choices[each.purpose], each.choice)
    return outcome === 'yields' ? [] : [{ ...each, effect: outcome }]
  })
}

/** What a change, if there is one, leaves beside the contact; the history names only what the act changed. */
function traces(
  { tables, policy }: UnsealedStore,
  contactId: string,
  {
    act,
    evidence,
    purposes,
    now,
    besides,
  }: Pick<TurningDown, 'act' | 'evidence' | 'now'> & {
    purposes: string[]
    besides: readonly TransactWriteItem[]
  },
): TransactWriteItem[] {
  if (purposes.length === 0) return []
  // Also those that the policy no longer declares: an old link must take the last trace of them.
  const topics = purposes.filter((purpose) => !Object.hasOwn(policy.purposes, purpose))
  const changes = act.changes.filter(({ purpose }) => purposes.includes(purpose))
  return [
    ...topics.map((topic) => membershipDelete(tables, contactId, topic)),
    ledgerPut(tables, policy, contactId, { ...act, changes, evidence }),
    feedPut(tables, { contactId, purposes, ledgerId: act.ledgerId, at: now }),
    ...besides,
  ]
}

/** A repetition moves the rank on, so that an older yes still on its way cannot win (CONS-17). */
function contactUpdate(
  contactId: string,
  moves: readonly Move[],
  actedAt: string | undefined,
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
  const sets = actedAt === undefined ? [] : ['actedAt = :acted']
  if (actedAt !== undefined) values[':acted'] = actedAt
  const conditions = ['attribute_exists(pk)']
  // The same tests as `effect` makes, left to the database.
  moves.forEach(({ purpose, choice, effect }, index) => {
    names[`#c${index}`] = choiceAttribute(purpose)
    values[`:r${index}`] = choice.rank
    values[`:s${index}`] = choice.state
    if (effect === 'repeats') {
      sets.push(`#c${index}.#rank = :r${index}`)
      conditions.push(`#c${index}.#rank < :r${index} AND #c${index}.#state = :s${index}`)
      return
    }
    values[`:c${index}`] = choice
    sets.push(`#c${index} = :c${index}`)
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
