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
  /** Of all key versions together, each kind with its latest date. */
  suppressions: Suppressions
  /** What stands under each key version, after a rotation; left out when there is one only. */
  versions?: readonly AddressVersion[]
}
export type AddressVersion = Pick<AddressRecord, 'addressKey' | 'suppressions'>

/** Only the person's own later double opt-in ends these (CONS-16). */
export const personal: readonly SuppressionKind[] = [
  'objection',
  'complaint',
  'erasure',
  'do-not-contact',
]

export const addressItemKey = (addressKey: AddressKey): { pk: string; sk: string } => ({
  pk: addressKey,
  sk: 'A',
})
export const suppressionAttribute = (kind: SuppressionKind): string => `suppressed:${kind}`

export function parseAddressRecord(
  addressKey: AddressKey,
  item: Record<string, unknown> | undefined,
): AddressRecord {
  const suppressions: Partial<Record<SuppressionKind, Date>> = {}
  for (const kind of suppressionKinds) {
    const stored = item?.[suppressionAttribute(kind)]
    if (stored !== undefined) suppressions[kind] = new Date(v.parse(suppressionSchema, stored).at)
  }
  const contactId = v.parse(v.optional(v.string()), item?.contactId)
  return contactId === undefined
    ? { addressKey, suppressions }
    : { addressKey, contactId, suppressions }
}

/**
 * What is held of an address under any key version (SUPP-03). Writes go to the key under which the
 * address is already known, else to the first.
 */
export async function readAddress(
  tables: Pick<Tables, 'db' | 'main'>,
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
  if (records.length === 1) return record
  return { ...record, suppressions: latestOf(records), versions: records }
}

/**
 * Under which key an address is filed. With one key version this needs no reading, and with several it
 * is one call for every address, known or not (SEC-08).
 */
export async function filedUnder(
  tables: PersonTables,
  addressKeys: readonly AddressKey[],
): Promise<AddressKey> {
  const [only, ...others] = addressKeys
  if (only !== undefined && others.length === 0) return only
  return (await readAddress(tables, addressKeys)).addressKey
}

function latestOf(records: readonly AddressVersion[]): Suppressions {
  const latest: Partial<Record<SuppressionKind, Date>> = {}
  for (const kind of suppressionKinds) {
    const times = records.flatMap(({ suppressions }) => suppressions[kind]?.getTime() ?? [])
    if (times.length > 0) latest[kind] = new Date(Math.max(...times))
  }
  return latest
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
  tables: Pick<Tables, 'main'>,
  addressKey: AddressKey,
  kind: SuppressionKind,
  at: Date,
): TransactWriteItem {
  return {
    Update: {
      TableName: tables.main,
      Key: { pk: { S: addressKey }, sk: { S: 'A' } },
      UpdateExpression: 'SET #kind = :suppression',
      ExpressionAttributeNames: { '#kind': suppressionAttribute(kind) },
      ExpressionAttributeValues: { ':suppression': { M: { at: { S: at.toISOString() } } } },
    },
  }
}
