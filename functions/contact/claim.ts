import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { type SuppressionKind, suppressionKinds } from '../consent/decide.ts'
import { type Tables, toItem } from '../platform/table.ts'
import {
  type AddressRecord,
  type AddressVersion,
  addressItemKey,
  personal,
  suppressedKinds,
  suppressionAttribute,
} from './suppression.ts'

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
      Key: toItem(addressItemKey(record.addressKey)),
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
        ...(moved ? { '#bounce': suppressionAttribute('bounce') } : {}),
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
      Key: toItem(addressItemKey(version.addressKey)),
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
      Key: toItem(addressItemKey(version.addressKey)),
      UpdateExpression: `REMOVE ${lifted.map(nameOf).join(', ')}`,
      ConditionExpression: conditions.join(' AND '),
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    }
    return [{ Update }]
  })
}

export const nameOf = (kind: SuppressionKind): string => `#s${suppressionKinds.indexOf(kind)}`

/** Conditions that each of these kinds stands as it was read: those that go, and none of the others. */
export function asRead(
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
    names[name] = suppressionAttribute(kind)
    const at = suppressions[kind]
    if (at === undefined || !gone.includes(kind)) return `attribute_not_exists(${name})`
    names['#at'] = 'at'
    const value = name.replace('#', ':')
    values[value] = { S: at.toISOString() }
    return `${name}.#at = ${value}`
  })
  return { conditions, names, values }
}
