import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { type SuppressionKind, suppressionKinds } from '../consent/decide.ts'
import { suppressionPut } from '../consent/ledger.ts'
import { type Tables, toItem } from '../platform/table.ts'
import { asRead } from './claim.ts'
import {
  type AddressRecord,
  addressItemKey,
  personal,
  type Suppressions,
  suppressedKinds,
  suppressionAttribute,
} from './suppression.ts'

/**
 * The address that a contact gets (design §4): of both sides' refusals each holds, the later date of
 * each. What was erased under the new address stays refused, as an objection, since it has a contact
 * again; a delivery fault belongs to the mailbox and does not move.
 */
export function movedAddress(from: AddressRecord, to: AddressRecord): AddressRecord {
  const moved: Partial<Record<SuppressionKind, Date>> = {}
  const keep = (kind: SuppressionKind, at: Date | undefined): void => {
    const held = moved[kind]
    if (at !== undefined && (held === undefined || held < at)) moved[kind] = at
  }
  keep('bounce', to.suppressions.bounce)
  for (const { suppressions } of [from, to]) {
    for (const kind of personal) {
      keep(kind === 'erasure' ? 'objection' : kind, suppressions[kind])
    }
  }
  return { addressKey: to.addressKey, suppressions: moved }
}

/**
 * Unties the old address, which keeps its own refusals, and ties the new one, if both stand as they
 * were read and the new one belongs to nobody: contacts never merge.
 */
export function moveWrites(
  tables: Tables,
  contactId: string,
  { from, to }: { from: AddressRecord; to: AddressRecord },
): TransactWriteItem[] {
  const { addressKey, versions = [to] } = to
  const own = versions.find((version) => version.addressKey === addressKey) ?? to
  const after = movedAddress(from, to).suppressions
  const added = suppressionKinds.filter(
    (kind) =>
      after[kind] !== undefined && after[kind]?.getTime() !== own.suppressions[kind]?.getTime(),
  )
  return [
    untie(tables, contactId, from),
    tie(tables, contactId, { addressKey, own: own.suppressions, after, added }),
    ...versions.flatMap((version) =>
      version.addressKey === addressKey ? [] : [unowned(tables, version)],
    ),
    ...added.flatMap((kind): TransactWriteItem[] => {
      const at = after[kind]
      return at === undefined ? [] : [suppressionPut(tables, { addressKey, kind, at })]
    }),
  ]
}

function untie(tables: Tables, contactId: string, from: AddressRecord): TransactWriteItem {
  const stood = asRead(from, suppressionKinds, suppressedKinds(from))
  return {
    Update: {
      TableName: tables.main,
      Key: toItem(addressItemKey(from.addressKey)),
      UpdateExpression: 'REMOVE #contact',
      ConditionExpression: ['#contact = :contact', ...stood.conditions].join(' AND '),
      ExpressionAttributeNames: { '#contact': 'contactId', ...stood.names },
      ExpressionAttributeValues: { ':contact': { S: contactId }, ...stood.values },
    },
  }
}

type Tie = {
  addressKey: string
  own: Suppressions
  after: Suppressions
  added: readonly SuppressionKind[]
}

function tie(
  tables: Tables,
  contactId: string,
  { addressKey, own, after, added }: Tie,
): TransactWriteItem {
  const record = { addressKey, suppressions: own }
  const stood = asRead(record, suppressionKinds, suppressedKinds(record))
  const names: Record<string, string> = { '#contact': 'contactId', ...stood.names }
  const values: Record<string, unknown> = { ':contact': contactId }
  const sets = added.map((kind, index) => {
    names[`#k${index}`] = suppressionAttribute(kind)
    values[`:k${index}`] = { at: after[kind]?.toISOString() }
    return `#k${index} = :k${index}`
  })
  const erased = own.erasure === undefined ? '' : ' REMOVE #erased'
  if (erased !== '') names['#erased'] = suppressionAttribute('erasure')
  return {
    Update: {
      TableName: tables.main,
      Key: toItem(addressItemKey(addressKey)),
      UpdateExpression: `SET ${['#contact = :contact', ...sets].join(', ')}${erased}`,
      ConditionExpression: ['attribute_not_exists(#contact)', ...stood.conditions].join(' AND '),
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ...toItem(values), ...stood.values },
    },
  }
}

function unowned(
  tables: Tables,
  version: Pick<AddressRecord, 'addressKey' | 'suppressions'>,
): TransactWriteItem {
  const stood = asRead(version, suppressionKinds, suppressedKinds(version))
  const noValues = Object.keys(stood.values).length === 0
  return {
    ConditionCheck: {
      TableName: tables.main,
      Key: toItem(addressItemKey(version.addressKey)),
      ConditionExpression: ['attribute_not_exists(#contact)', ...stood.conditions].join(' AND '),
      ExpressionAttributeNames: { '#contact': 'contactId', ...stood.names },
      ...(noValues ? {} : { ExpressionAttributeValues: stood.values }),
    },
  }
}
