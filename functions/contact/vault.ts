import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto'
import * as v from 'valibot'
import { currentKey, type Key, KeyError } from '../platform/keyring.ts'
import { addressSchema } from './address.ts'

/**
 * Identity at rest: AES-256-GCM under one data key per contact, sign-up or letter, itself wrapped by
 * the ring key. Whoever deletes the data key has erased the person everywhere, backups included.
 * A sealed value is `nonce 12 B · ciphertext · tag 16 B`; the associated data names its place, so a
 * seal moved to another item or field does not open.
 */
const nonceLength = 12
const tagLength = 16

/** A data key as the keys table holds it: wrapped by the ring. */
export const keyItemSchema = v.object({ wrapped: v.instance(Uint8Array) })

export type DataKey = { readonly owner: string; readonly bytes: Uint8Array }
/** Where a sealed value lives: the kind of item, whose it is, and which field. */
export type SealPlace =
  | 'contact'
  | 'sign-up'
  | 'membership'
  | 'ledger'
  | 'letter'
  | 'address-change'
  | 'request'

// Keys are wrapped for the reason that `keyedHash` gives.
function seal(key: Uint8Array, associated: string, plain: Uint8Array): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', createSecretKey(key), nonce)
  cipher.setAAD(Buffer.from(associated))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function open(key: Uint8Array, associated: string, sealed: Uint8Array): Uint8Array {
  // Node takes four bytes for a tag, which could be guessed.
  if (sealed.length < nonceLength + tagLength) throw new RangeError('a seal without its whole tag')
  const nonce = sealed.subarray(0, nonceLength)
  const decipher = createDecipheriv('aes-256-gcm', createSecretKey(key), nonce)
  decipher.setAAD(Buffer.from(associated))
  decipher.setAuthTag(sealed.subarray(-tagLength))
  return Buffer.concat([
    decipher.update(sealed.subarray(nonceLength, -tagLength)),
    decipher.final(),
  ])
}

/** A fresh key for an owner such as `C#<contactId>`, and how it is stored in the Keys table. */
export function newDataKey(
  owner: string,
  ring: readonly Key[],
): { key: DataKey; wrapped: Uint8Array } {
  const key = { owner, bytes: randomBytes(32) }
  return { key, wrapped: wrap(key, currentKey(ring)) }
}

function wrap({ owner, bytes }: DataKey, ringKey: Key): Uint8Array<ArrayBuffer> {
  return Buffer.concat([Uint8Array.of(ringKey.id), seal(ringKey.bytes, `key|${owner}`, bytes)])
}

/**
 * The same data key wrapped by the current ring key; undefined when it is so already. Whatever it has
 * sealed stays as it is (SEC-03).
 * @throws as `unwrapDataKey` does.
 */
export function rewrapDataKey(
  owner: string,
  wrapped: Uint8Array,
  ring: readonly Key[],
): Uint8Array | undefined {
  const ringKey = currentKey(ring)
  if (wrapped[0] === ringKey.id) return undefined
  return wrap(unwrapDataKey(owner, wrapped, ring), ringKey)
}

/**
 * Under a ring key of any state: a revoked one wraps nothing that is live any more, and a backup of the
 * Keys table from the day before must still open.
 * @throws {KeyError} when the ring key is unknown; a crypto error when the wrapping was altered.
 */
export function unwrapDataKey(owner: string, wrapped: Uint8Array, ring: readonly Key[]): DataKey {
  const ringKey = ring.find(({ id }) => id === wrapped[0])
  if (ringKey === undefined) throw new KeyError('the ring key of this data key is not held')
  return { owner, bytes: open(ringKey.bytes, `key|${owner}`, wrapped.subarray(1)) }
}

const person = {
  name: v.optional(v.string()),
  company: v.optional(v.string()),
  title: v.optional(v.string()),
  phone: v.optional(v.string()),
}
/** Who someone is; never stored outside a seal. */
export const identitySchema = v.object({ email: addressSchema, ...person })
export type Identity = v.InferOutput<typeof identitySchema>
export const identityFields: readonly (keyof Identity)[] = [
  'email',
  'name',
  'company',
  'title',
  'phone',
]

export function sealIdentity(
  key: DataKey,
  place: SealPlace,
  identity: Identity,
): Uint8Array<ArrayBuffer> {
  return seal(key.bytes, `${place}|${key.owner}|identity`, Buffer.from(JSON.stringify(identity)))
}

export function openIdentity(key: DataKey, place: SealPlace, sealed: Uint8Array): Identity {
  const plain = open(key.bytes, `${place}|${key.owner}|identity`, sealed)
  return v.parse(identitySchema, JSON.parse(Buffer.from(plain).toString()))
}

/** A text that people wrote about somebody, and so may name them. */
export function sealText(
  key: DataKey,
  { place, field, text }: { place: SealPlace; field: string; text: string },
): Uint8Array<ArrayBuffer> {
  return seal(key.bytes, `${place}|${key.owner}|${field}`, Buffer.from(text))
}

export function openText(
  key: DataKey,
  { place, field, sealed }: { place: SealPlace; field: string; sealed: Uint8Array },
): string {
  return Buffer.from(open(key.bytes, `${place}|${key.owner}|${field}`, sealed)).toString()
}
