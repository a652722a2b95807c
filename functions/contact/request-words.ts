import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import type { KeySource } from '../platform/keyring.ts'
import { readTogether, type Tables, toItem } from '../platform/table.ts'
import type { RightsRequest } from './request-record.ts'
import {
  type DataKey,
  keyItemSchema,
  newDataKey,
  openText,
  sealText,
  unwrapDataKey,
} from './vault.ts'

/**
 * What people write about a request: reasons, answers, what somebody told us to be found by. It may name
 * anyone, so it is sealed under a key of the request's own, `R#<requestId>`, which opens no contact and
 * dies with the request or its person.
 */
export type Said = 'entered' | 'extend' | 'refuse' | 'complete' | 'lift'

const place = 'request'
/** The owner name of a request's data key: the key item's partition key in the Keys table. */
const requestKeyOwner = (id: string): string => `R#${id}`
export const hasWords = ({ said = {} }: Pick<RightsRequest, 'said'>): boolean =>
  Object.keys(said).length > 0
type Store = { tables: Pick<Tables, 'db' | 'keys'>; keys: KeySource }

async function readKey({ tables, keys }: Store, id: string): Promise<DataKey | undefined> {
  const owner = requestKeyOwner(id)
  const [item] = await readTogether(tables.db, [{ table: tables.keys, key: { pk: owner } }])
  if (item === undefined) return undefined
  return unwrapDataKey(owner, v.parse(keyItemSchema, item).wrapped, await keys('ring'))
}

/** What was written about a request, opened; nothing when its key is gone. */
export async function readSaid(
  store: Store,
  { id, said = {} }: Pick<RightsRequest, 'id' | 'said'>,
): Promise<Partial<Record<Said, string>>> {
  if (!hasWords({ said })) return {}
  const key = await readKey(store, id)
  if (key === undefined) return {}
  return Object.fromEntries(
    Object.entries(said).map(([field, sealed]) => [field, openText(key, { place, field, sealed })]),
  )
}

export type Spoken = Pick<RightsRequest, 'said'> & { writes: TransactWriteItem[] }

/**
 * What was written about a request with these words added, sealed, and the write of its key where it
 * had none.
 * @param ttl when the request itself ends, if that is known yet.
 * @returns undefined when its key is gone: so is its person.
 */
export async function saying(
  store: Store,
  { id, said = {} }: Pick<RightsRequest, 'id' | 'said'>,
  { words, ttl }: { words: Partial<Record<Said, string>>; ttl?: number | undefined },
): Promise<Spoken | undefined> {
  const spoken = Object.entries(words)
  if (spoken.length === 0) return { said, writes: [] }
  const found = hasWords({ said }) ? await readKey(store, id) : await newKey(store, { id, ttl })
  if (found === undefined) return undefined
  const { key, writes } = 'key' in found ? found : { key: found, writes: [] }
  const sealed = spoken.map(([field, text]) => [field, sealText(key, { place, field, text })])
  return { said: { ...said, ...Object.fromEntries(sealed) }, writes }
}

async function newKey(
  { tables, keys }: Store,
  { id, ttl }: { id: string; ttl: number | undefined },
): Promise<{ key: DataKey; writes: TransactWriteItem[] }> {
  const { key, wrapped } = newDataKey(requestKeyOwner(id), await keys('ring'))
  const Item = toItem({ pk: key.owner, wrapped, ttl })
  const ConditionExpression = 'attribute_not_exists(pk)'
  return { key, writes: [{ Put: { TableName: tables.keys, Item, ConditionExpression } }] }
}

/** The request is closed: its key goes when it goes. */
export function wordsEnd(
  { keys }: Pick<Tables, 'keys'>,
  id: string,
  ttl: number,
): TransactWriteItem {
  return {
    Update: {
      TableName: keys,
      Key: toItem({ pk: requestKeyOwner(id) }),
      UpdateExpression: 'SET #ttl = :ttl',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: toItem({ ':ttl': ttl }),
    },
  }
}

/** The request forgets its person, and with them what was written. */
export const wordsForgotten = ({ keys }: Pick<Tables, 'keys'>, id: string): TransactWriteItem => ({
  Delete: { TableName: keys, Key: toItem({ pk: requestKeyOwner(id) }) },
})
