import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { isPastTtl, readTogether, type Tables, toItem } from '../platform/table.ts'
import type { PersonStore } from './contacts.ts'
import { type DataKey, type Identity, keyItemSchema, openIdentity, unwrapDataKey } from './vault.ts'

/**
 * What one form asked for, `S#<signUpId>` / `S`, sealed under its own key. It changes no contact
 * until its button is pressed (CONS-01), and is gone after a week.
 */
const signUpSchema = v.object({
  pk: v.string(),
  sealed: v.instance(Uint8Array),
  addressKey: v.string(),
  network: v.string(),
  topics: v.array(v.string()),
  purposes: v.array(v.string()),
  language: v.string(),
  form: v.string(),
  noticeVersion: v.number(),
  noticeSha256: v.string(),
  requestedAt: v.pipe(v.string(), v.isoTimestamp()),
  /** The form came with Global Privacy Control (GPC-03). */
  privacySignal: v.optional(v.literal(true)),
  /** When the confirmation left us; the second half of the evidence (REC-01). */
  mailedAt: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  ttl: v.number(),
})
export type SignUp = Omit<v.InferOutput<typeof signUpSchema>, 'pk'> & { signUpId: string }
export type OpenSignUp = SignUp & { identity: Identity }

export const signUpOwner = (signUpId: string): string => `S#${signUpId}`
export const signUpItemKey = (signUpId: string): { pk: string; sk: string } => ({
  pk: signUpOwner(signUpId),
  sk: 'S',
})

/** What stays of a confirmed one until its week is over: enough to answer a second press. */
const confirmedSchema = v.object({
  confirmedAt: v.pipe(v.string(), v.isoTimestamp()),
  contactId: v.string(),
  topics: v.array(v.string()),
})
export type ConfirmedSignUp = v.InferOutput<typeof confirmedSchema>

/** What an address knows of its sign-ups, so that an erasure finds every one (RIGHT-11). */
export const signUpMarkPrefix = 'S#'
const signUpMarkKey = (addressKey: string, signUpId: string): { pk: string; sk: string } => ({
  pk: addressKey,
  sk: `${signUpMarkPrefix}${signUpId}`,
})

/** The writes of a new sign-up: itself, its key, and the mark at its address. */
export function signUpPuts(
  tables: Tables,
  { signUpId, ...signUp }: SignUp,
  wrapped: Uint8Array,
): TransactWriteItem[] {
  const owner = signUpOwner(signUpId)
  const ConditionExpression = 'attribute_not_exists(pk)'
  return [
    {
      Put: {
        TableName: tables.main,
        Item: toItem({ ...signUpItemKey(signUpId), ...signUp }),
        ConditionExpression,
      },
    },
    {
      Put: {
        TableName: tables.keys,
        Item: toItem({ pk: owner, wrapped, ttl: signUp.ttl }),
        ConditionExpression,
      },
    },
    {
      Put: {
        TableName: tables.main,
        Item: toItem({ ...signUpMarkKey(signUp.addressKey, signUpId), ttl: signUp.ttl }),
      },
    },
  ]
}

/** A pending sign-up with its seal open, in one batch read; undefined when there is none such. */
export async function readSignUp(
  { tables, keys }: PersonStore,
  signUpId: string,
  now: Date,
): Promise<OpenSignUp | undefined> {
  const owner = signUpOwner(signUpId)
  const [item, keyItem] = await readTogether(tables.db, [
    { table: tables.main, key: signUpItemKey(signUpId) },
    { table: tables.keys, key: { pk: owner } },
  ])
  if (item === undefined || keyItem === undefined || isPastTtl(item, now)) return undefined
  const { pk: _, ...signUp } = v.parse(signUpSchema, item)
  const { wrapped } = v.parse(keyItemSchema, keyItem)
  const key: DataKey = unwrapDataKey(owner, wrapped, await keys('ring'))
  return { ...signUp, signUpId, identity: openIdentity(key, 'sign-up', signUp.sealed) }
}

/** The sign-up of a link that was pressed before; undefined when it is pending, over or never was. */
export async function readConfirmedSignUp(
  tables: Tables,
  signUpId: string,
  now: Date,
): Promise<ConfirmedSignUp | undefined> {
  const [item] = await readTogether(tables.db, [
    { table: tables.main, key: signUpItemKey(signUpId) },
  ])
  if (item !== undefined && isPastTtl(item, now)) return undefined
  const parsed = v.safeParse(confirmedSchema, item)
  return parsed.success ? parsed.output : undefined
}

/**
 * The writes that end a sign-up: it can be pressed once, and its seal and key go, since the contact
 * has its own from now on.
 */
export function signUpConfirmed(
  tables: Tables,
  { signUpId, contactId, at }: { signUpId: string; contactId: string; at: Date },
): TransactWriteItem[] {
  return [
    {
      Update: {
        TableName: tables.main,
        Key: toItem(signUpItemKey(signUpId)),
        UpdateExpression: 'SET confirmedAt = :at, contactId = :contact REMOVE sealed',
        ConditionExpression: 'attribute_exists(sealed)',
        ExpressionAttributeValues: toItem({ ':at': at.toISOString(), ':contact': contactId }),
      },
    },
    { Delete: { TableName: tables.keys, Key: toItem({ pk: signUpOwner(signUpId) }) } },
  ]
}

/** The writes that leave nothing of a sign-up, pending or confirmed. */
export function signUpDeletes(
  tables: Tables,
  { signUpId, addressKey }: { signUpId: string; addressKey: string },
): TransactWriteItem[] {
  return [
    { Delete: { TableName: tables.main, Key: toItem(signUpItemKey(signUpId)) } },
    { Delete: { TableName: tables.keys, Key: toItem({ pk: signUpOwner(signUpId) }) } },
    { Delete: { TableName: tables.main, Key: toItem(signUpMarkKey(addressKey, signUpId)) } },
  ]
}
