import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { AddressKey } from '../contact/address.ts'
import { type PersonTables, toItem, ttlAt } from '../platform/table.ts'
import { type CoolDown, type Mailbox, mailboxKey } from './mailbox.ts'

/**
 * How often one mailbox hears from us because of what anybody typed (SEC-09). A letter
 * within the pause waits for its end. The pause doubles with each letter, since nobody needs a
 * tenth confirmation today, and starts anew after a quiet day.
 */
const minute = 60_000
const day = 24 * 60 * minute
const pauses = {
  /** Long enough to find the first mail in the spam folder. */
  confirm: { first: 10 * minute, longest: day },
  /** Letters about rights wait at most an hour, however often a stranger asks for them. */
  manage: { first: 2 * minute, longest: 60 * minute },
} as const
export type CooledKind = keyof typeof pauses

/**
 * Whoever sends holds the address for as long: longer than the function may run, shorter than the
 * queue waits before it delivers a failed message again.
 */
const leaseMs = minute
const keptDays = 30

/**
 * Milliseconds until the next letter of the kind may leave; 0 for now. A lease that has run out
 * belongs to an attempt that died, perhaps before its letter left: nobody waits for that one.
 */
export function pauseLeft(kind: CooledKind, { at, letters, lease }: CoolDown, now: Date): number {
  if (lease !== undefined) return Math.max(0, lease.getTime() - now.getTime())
  if (at === undefined) return 0
  const { first, longest } = pauses[kind]
  const pause = Math.min(first * 2 ** Math.max(0, letters - 1), longest)
  return Math.max(0, at.getTime() + pause - now.getTime())
}

/** The address is held for one letter, until this moment. */
export type Hold = { addressKey: AddressKey; kind: CooledKind; lease: string }

/**
 * Takes the address for one letter.
 * @returns undefined when something about it has changed since it was read: look again.
 */
export async function hold(
  { db, main }: PersonTables,
  { addressKey, kind, seen }: { addressKey: AddressKey; kind: CooledKind; seen: Mailbox },
  now: Date,
): Promise<Hold | undefined> {
  const { at, lease } = seen[kind]
  const until = new Date(now.getTime() + leaseMs).toISOString()
  const stood = [
    asRead('#at', ':at', at?.toISOString()),
    asRead('#lease', ':lease', lease?.toISOString()),
    asRead('#latest', ':latest', seen.latestSignUp),
  ]
  try {
    await db.send(
      new UpdateItemCommand({
        TableName: main,
        Key: toItem(mailboxKey(addressKey)),
        UpdateExpression: 'SET #at = :now, #letters = :letters, #lease = :until, #ttl = :ttl',
        ConditionExpression: stood.map(({ condition }) => condition).join(' AND '),
        ExpressionAttributeNames: { ...names(kind), '#latest': 'latestSignUp', '#ttl': 'ttl' },
        ExpressionAttributeValues: toItem({
          ':now': now.toISOString(),
          ':letters': inRow(seen[kind], now),
          ':until': until,
          ':ttl': ttlAt(now, keptDays),
          ...Object.assign({}, ...stood.map(({ value }) => value)),
        }),
      }),
    )
    return { addressKey, kind, lease: until }
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined
    throw error
  }
}

/** Which letter in a row this one is; an attempt that died is the same letter once more. */
function inRow({ at, letters, lease }: CoolDown, now: Date): number {
  if (at === undefined || now.getTime() - at.getTime() >= day) return 1
  return lease === undefined ? letters + 1 : Math.max(1, letters)
}

/** The update that ends a hold after its letter has left. */
export function releaseUpdate({ main }: PersonTables, { addressKey, kind, lease }: Hold) {
  const { '#lease': attribute } = names(kind)
  return {
    TableName: main,
    Key: toItem(mailboxKey(addressKey)),
    UpdateExpression: 'REMOVE #lease',
    ConditionExpression: '#lease = :lease',
    ExpressionAttributeNames: { '#lease': attribute },
    ExpressionAttributeValues: toItem({ ':lease': lease }),
  }
}

/** Ends a hold. One that is over already was ended by this very write, whose answer got lost. */
export async function release(tables: PersonTables, held: Hold): Promise<void> {
  try {
    await tables.db.send(new UpdateItemCommand(releaseUpdate(tables, held)))
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}

function names(kind: CooledKind) {
  return { '#at': `${kind}At`, '#letters': `${kind}Letters`, '#lease': `${kind}Lease` }
}

function asRead(name: string, value: string, stood: string | undefined) {
  return stood === undefined
    ? { condition: `attribute_not_exists(${name})`, value: {} }
    : { condition: `${name} = ${value}`, value: { [value]: stood } }
}
