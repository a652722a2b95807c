import * as v from 'valibot'
import { requestItemKey } from '../../functions/contact/request-record.ts'
import { readSaid } from '../../functions/contact/request-words.ts'
import {
  keyItemSchema,
  openIdentity,
  type SealPlace,
  unwrapDataKey,
} from '../../functions/contact/vault.ts'
import { isPastTtl } from '../../functions/platform/table.ts'
import type { Audit, Inspect } from './inspect.ts'
import { type Finding, findingsOf } from './invariants.ts'
import { parsed } from './parsed.ts'
import type { Person } from './person.ts'
import type { Stored } from './reader.ts'

/** Invariant 4, of a contact. */
export function keyFindings({ contact, hasKey, opened }: Person): Finding[] {
  return findingsOf(4, `C#${contact.contactId}`, {
    'contact without its key': !hasKey,
    'key that does not open its contact': hasKey && opened === undefined,
  })
}

export const inspectSignUp: Inspect = (audit, item) =>
  // A confirmed one has given up its seal, and its key with it.
  item.sealed === undefined ? noFindings : sealedItem(audit, item, 'sign-up')

/** Sealed under its contact's own key, so that it dies with the person. */
export const inspectAddressChange: Inspect = (audit, item) =>
  sealedItem(audit, item, 'address-change')

export const inspectLetter: Inspect = (audit, item) => sealedItem(audit, item, 'letter')

/** What was written about a request, under a key of its own. */
export const inspectRequest: Inspect = async ({ store, now }, item) => {
  if (item.said === undefined || isPastTtl(item, now)) return []
  const request = v.parse(wordsSchema, item)
  const opened = await readSaid(store, { id: request.sk, said: request.said }).catch(
    () => undefined,
  )
  return findingsOf(4, `R#${request.sk}`, {
    'words about a request without their key': opened !== undefined && isEmpty(opened),
    'key that does not open what was written about a request': opened === undefined,
  })
}
const wordsSchema = v.object({
  sk: v.string(),
  said: v.record(v.string(), v.instance(Uint8Array)),
})
const isEmpty = (value: object): boolean => Object.keys(value).length === 0

const noFindings: Promise<Finding[]> = Promise.resolve([])
const sealedSchema = v.object({ sealed: v.instance(Uint8Array) })

async function sealedItem(
  { store, reader, now }: Audit,
  item: Stored,
  place: SealPlace,
): Promise<Finding[]> {
  // Past its time either of the two may have been deleted before the other.
  if (isPastTtl(item, now)) return []
  const owner = String(item.pk)
  const [keyItem] = await reader.items([{ table: store.tables.keys, key: { pk: owner } }])
  const ring = await store.keys('ring')
  const opened = parsed(() => {
    const { wrapped } = v.parse(keyItemSchema, keyItem)
    const { sealed } = v.parse(sealedSchema, item)
    return openIdentity(unwrapDataKey(owner, wrapped, ring), place, sealed)
  })
  return findingsOf(4, owner, {
    [`${place} without its key`]: keyItem === undefined,
    [`key that does not open its ${place}`]: keyItem !== undefined && opened === undefined,
  })
}

/** What each kind of owner is stored under. */
const sortKeys: Readonly<Record<string, string>> = { C: 'C', S: 'S', L: 'L' }

/** From the key's side: erasing is deleting the key, so one that outlives its owner is no erasure. */
export const inspectKey: Inspect = async ({ store, reader, now }, item) => {
  const pk = String(item.pk)
  const [, requestId] = /^R#(.+)$/.exec(pk) ?? []
  if (requestId !== undefined) {
    if (isPastTtl(item, now)) return []
    const key = requestItemKey(requestId)
    const [request] = await reader.items([{ table: store.tables.main, key }])
    return findingsOf(4, pk, { 'key of nothing that is sealed': request?.said === undefined })
  }
  const sk = sortKeys[pk.split('#')[0] ?? '']
  if (sk === undefined) return findingsOf(4, pk, { 'key of an unknown kind': true })
  if (isPastTtl(item, now)) return []
  const [owner] = await reader.items([{ table: store.tables.main, key: { pk, sk } }])
  return findingsOf(4, pk, { 'key of nothing that is sealed': owner?.sealed === undefined })
}
