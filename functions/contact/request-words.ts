import * as v from 'valibot'
import type { KeySource } from '../platform/keyring.ts'
import { readTogether, type Tables } from '../platform/table.ts'
import type { RightsRequest } from './request-record.ts'
import { type DataKey, openText, unwrapDataKey } from './vault.ts'

/**
 * What people write about a request: reasons, answers, what somebody told us to be found by. It may name
 * anyone, so it is sealed under a key of the request's own, `R#<requestId>`, which opens no contact and
 * dies with the request or its person.
 */
export type Said = 'entered' | 'extend' | 'refuse' | 'complete' | 'lift'

const place = 'request'
const requestKeyOwner = (id: string): string => `R#${id}`
const keyItemSchema = v.object({ wrapped: v.instance(Uint8Array) })

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
  if (Object.keys(said).length === 0) return {}
  const key = await readKey(store, id)
  if (key === undefined) return {}
  return Object.fromEntries(
    Object.entries(said).map(([field, sealed]) => [field, openText(key, { place, field, sealed })]),
  )
}
