import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { type SuppressionKind, suppressionKinds } from '../consent/decide.ts'
import { type PersonTables, readTogether, type Tables } from '../platform/table.ts'
import type { AddressKey } from './address.ts'

/**
 * The address item `A#<kid>#<keyed hash>` / `A`: which contact the address belongs to, and what keeps
 * it from being mailed. It survives erasure; then it holds nothing but the suppression (SUPP-01).
 * Each kind is an attribute of its own, so that restoring one never clears another (SEND-04).
 */
const suppressionSchema = v.object({ at: v.pipe(v.string(), v.isoTimestamp()) })
export type Suppressions = Readonly<Partial<Record<SuppressionKind, Date>>>
export type AddressRecord = {
  addressKey: AddressKey
  contactId?: string
  suppressions: Suppressions
}

/** Only the person's own later double opt-in ends these (CONS-16). */
const personal: readonly SuppressionKind[] = ['objection', 'complaint', 'erasure', 'do-not-contact']

export const addressItemKey = (addressKey: AddressKey): { pk: string; sk: string } => ({
  pk: addressKey,
  sk: 'A',
})
const attribute = (kind: SuppressionKind): string => `suppressed:${kind}`

export function parseAddressRecord(
  addressKey: AddressKey,
  item: Record<string, unknown> | undefined,
): AddressRecord {
  const suppressions: Partial<Record<SuppressionKind, Date>> = {}
  for (const kind of suppressionKinds) {
    const stored = item?.[attribute(kind)]
    if (stored !== undefined) suppressions[kind] = new Date(v.parse(suppressionSchema, stored).at)
  }
  const contactId = v.parse(v.optional(v.string()), item?.contactId)
  return contactId === undefined
    ? { addressKey, suppressions }
    : { addressKey, contactId, suppressions }
}

/**
 * What is held of an address under any living key version (SUPP-03). Writes go to the key under
 * which the address is already known, else to the newest.
 */
export async function readAddress(
  tables: PersonTables,
  addressKeys: readonly AddressKey[],
): Promise<AddressRecord> {
  const items = await readTogether(
    tables.db,
    addressKeys.map((key) => ({ table: tables.main, key: addressItemKey(key) })),
  )
  const records = addressKeys.map((key, index) => parseAddressRecord(key, items[index]))
  // A suppression keeps the address where it is: a contact reads its suppressions from one item only.
  const record =
    records.find(({ contactId }) => contactId !== undefined) ??
    records.find((each) => suppressedKinds(each).length > 0) ??
    records[0]
  if (record === undefined) throw new TypeError('an address has at least one key')
  return {
    ...record,
    suppressions: Object.assign({}, ...records.map(({ suppressions }) => suppressions)),
  }
}

export function suppressedKinds(record: AddressRecord): SuppressionKind[] {
  return suppressionKinds.filter((kind) => record.suppressions[kind] !== undefined)
}

/** The latest moment at which the person (or their provider for them) said no; undefined if never. */
export function lastRefusal(record: AddressRecord): Date | undefined {
  const times = personal.flatMap((kind) => record.suppressions[kind]?.getTime() ?? [])
  return times.length === 0 ? undefined : new Date(Math.max(...times))
}

/** Adds one suppression, or moves its date on. */
export function suppressUpdate(
  tables: Tables,
  addressKey: AddressKey,
  kind: SuppressionKind,
  at: Date,
): TransactWriteItem {
  return {
    Update: {
      TableName: tables.main,
      Key: { pk: { S: addressKey }, sk: { S: 'A' } },
      UpdateExpression: 'SET #kind = :suppression',
      ExpressionAttributeNames: { '#kind': attribute(kind) },
      ExpressionAttributeValues: { ':suppression': { M: { at: { S: at.toISOString() } } } },
    },
  }
}

/**
 * Ties an address to a contact and lifts what the person themself may lift, if nothing newer than
 * what was read has arrived since; a delivery suppression stays (SEND-04).
 */
export function claimUpdate(
  tables: Tables,
  record: AddressRecord,
  contactId: string,
): TransactWriteItem {
  const names: Record<string, string> = { '#contact': 'contactId' }
  const conditions = ['(attribute_not_exists(#contact) OR #contact = :contact)']
  const values: Record<string, { S: string }> = { ':contact': { S: contactId } }
  personal.forEach((kind, index) => {
    const at = record.suppressions[kind]
    names[`#s${index}`] = attribute(kind)
    if (at === undefined) {
      conditions.push(`attribute_not_exists(#s${index})`)
      return
    }
    names['#at'] = 'at'
    values[`:s${index}`] = { S: at.toISOString() }
    conditions.push(`#s${index}.#at = :s${index}`)
  })
  const lifted = personal.flatMap((kind, index) =>
    record.suppressions[kind] === undefined ? [] : [`#s${index}`],
  )
  return {
    Update: {
      TableName: tables.main,
      Key: { pk: { S: record.addressKey }, sk: { S: 'A' } },
      UpdateExpression: `SET #contact = :contact${lifted.length > 0 ? ` REMOVE ${lifted.join(', ')}` : ''}`,
      ConditionExpression: conditions.join(' AND '),
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  }
}
