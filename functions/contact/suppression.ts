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
type AddressVersion = Pick<AddressRecord, 'addressKey' | 'suppressions'>

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
 * What is held of an address under any key version (SUPP-03). Writes go to the key under which the
 * address is already known, else to the first.
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

export type Claim = {
  contactId: string
  /** The person themself confirmed: their earlier refusals end (CONS-16). Else any refusal forbids it. */
  lift: boolean
}

/**
 * Ties an address to a contact and lifts what the person themself may lift, under every key version
 * where it stands, if nothing newer than what was read has arrived since; a delivery suppression
 * stays, and moves to where the contact is filed (SEND-04, SUPP-03).
 */
export function claimUpdates(
  tables: Tables,
  record: AddressRecord,
  claim: Claim,
): TransactWriteItem[] {
  const { addressKey, versions = [record] } = record
  const own = versions.find((version) => version.addressKey === addressKey) ?? record
  return [claimHere(tables, { record, own }, claim), ...clearElsewhere(tables, record, claim)]
}

function claimHere(
  tables: Tables,
  { record, own }: { record: AddressRecord; own: AddressVersion },
  { contactId, lift }: Claim,
): TransactWriteItem {
  const lifted = lift ? personal.filter((kind) => own.suppressions[kind] !== undefined) : []
  const { bounce } = record.suppressions
  const moved = bounce !== undefined && own.suppressions.bounce === undefined
  const stood = asRead(own, personal, lifted)
  return {
    Update: {
      TableName: tables.main,
      Key: { pk: { S: record.addressKey }, sk: { S: 'A' } },
      UpdateExpression: [
        `SET #contact = :contact${moved ? ', #bounce = if_not_exists(#bounce, :bounce)' : ''}`,
        ...(lifted.length > 0 ? [`REMOVE ${lifted.map(nameOf).join(', ')}`] : []),
      ].join(' '),
      ConditionExpression: [
        '(attribute_not_exists(#contact) OR #contact = :contact)',
        ...stood.conditions,
      ].join(' AND '),
      ExpressionAttributeNames: {
        '#contact': 'contactId',
        ...stood.names,
        ...(moved ? { '#bounce': attribute('bounce') } : {}),
      },
      ExpressionAttributeValues: {
        ':contact': { S: contactId },
        ...stood.values,
        ...(moved ? { ':bounce': { M: { at: { S: bounce.toISOString() } } } } : {}),
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  }
}

/**
 * Nobody else may have filed the address under another key version meanwhile, nor suppressed it there;
 * what stood there as it was read is lifted, or moves to where the contact is filed.
 */
function clearElsewhere(
  tables: Tables,
  { addressKey, versions = [] }: AddressRecord,
  { lift }: Pick<Claim, 'lift'>,
): TransactWriteItem[] {
  const others = versions.filter((version) => version.addressKey !== addressKey)
  return others.map((version): TransactWriteItem => {
    const gone = suppressedKinds(version).filter((kind) => lift || !personal.includes(kind))
    const stood = asRead(version, suppressionKinds, gone)
    const item = {
      TableName: tables.main,
      Key: { pk: { S: version.addressKey }, sk: { S: 'A' } },
      ConditionExpression: ['attribute_not_exists(#contact)', ...stood.conditions].join(' AND '),
      ExpressionAttributeNames: { '#contact': 'contactId', ...stood.names },
    }
    if (gone.length === 0) return { ConditionCheck: item }
    const UpdateExpression = `REMOVE ${gone.map(nameOf).join(', ')}`
    return { Update: { ...item, UpdateExpression, ExpressionAttributeValues: stood.values } }
  })
}

/**
 * For a contact that is there already, what its person lifts under the key versions where it is not
 * filed; `claimUpdates` lifts the rest.
 */
export function liftElsewhere(
  tables: Tables,
  { addressKey, versions = [] }: AddressRecord,
): TransactWriteItem[] {
  return versions.flatMap((version): TransactWriteItem[] => {
    const lifted = suppressedKinds(version).filter((kind) => personal.includes(kind))
    if (version.addressKey === addressKey || lifted.length === 0) return []
    const { conditions, names, values } = asRead(version, lifted, lifted)
    const Update = {
      TableName: tables.main,
      Key: { pk: { S: version.addressKey }, sk: { S: 'A' } },
      UpdateExpression: `REMOVE ${lifted.map(nameOf).join(', ')}`,
      ConditionExpression: conditions.join(' AND '),
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    }
    return [{ Update }]
  })
}

const nameOf = (kind: SuppressionKind): string => `#s${suppressionKinds.indexOf(kind)}`

/** Conditions that each of these kinds stands as it was read: those that go, and none of the others. */
function asRead(
  { suppressions }: AddressVersion,
  kinds: readonly SuppressionKind[],
  gone: readonly SuppressionKind[],
): {
  conditions: string[]
  names: Record<string, string>
  values: Record<string, { S: string }>
} {
  const names: Record<string, string> = {}
  const values: Record<string, { S: string }> = {}
  const conditions = kinds.map((kind) => {
    const name = nameOf(kind)
    names[name] = attribute(kind)
    const at = suppressions[kind]
    if (at === undefined || !gone.includes(kind)) return `attribute_not_exists(${name})`
    names['#at'] = 'at'
    const value = name.replace('#', ':')
    values[value] = { S: at.toISOString() }
    return `${name}.#at = ${value}`
  })
  return { conditions, names, values }
}
