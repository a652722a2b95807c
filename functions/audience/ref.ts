import { hkdfSync } from 'node:crypto'
import { keyedHash } from '../platform/keyed-hash.ts'
import { currentKey, type Key, KeyError } from '../platform/keyring.ts'

/**
 * What a recipient knows a person by: an HMAC of the contact's id under the recipient's own key, so
 * that two recipients cannot join their files, and someone can be recalled without their address.
 */
export type Refs = { keyId: number; refOf: (contactId: string) => string }

/** 128 bits: nobody guesses one, and the ref stays short. */
const refBytes = 16

/**
 * @param keys the `ref` keys.
 * @param keyId the key that earlier refs were made with; the current one when left out.
 */
export function recipientRefs(keys: readonly Key[], recipient: string, keyId?: number): Refs {
  const key = keyId === undefined ? currentKey(keys) : keys.find(({ id }) => id === keyId)
  if (key === undefined) throw new KeyError('the key of these refs is not held')
  const own = Buffer.from(hkdfSync('sha256', key.bytes, '', `ref|${recipient}`, 32))
  return {
    keyId: key.id,
    // The letter in front keeps a ref from looking like a formula, so no format ever changes it.
    refOf: (contactId) =>
      `r${keyedHash(own).update(contactId).digest().toString('base64url', 0, refBytes)}`,
  }
}
