import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import { CompactSign } from 'jose'
import * as v from 'valibot'
import { currentKey, type Key } from '../platform/keyring.ts'
import type { Receipt } from './receipt.ts'

/**
 * A receipt is a JWS (RFC 7515) under Ed25519 (RFC 8037): whoever holds the public key can check it
 * without us, and nobody who can only check can sign. The 32 bytes of a `receipt` key are its seed.
 */
const type = 'consent-receipt+jws'

/** RFC 8410 §7: what stands before the seed in PKCS #8. */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const publicJwk = v.object({ kty: v.literal('OKP'), crv: v.literal('Ed25519'), x: v.string() })

/** The public half is named by its own fingerprint (RFC 7638), so that no two owners share a name. */
function pairOf({ bytes }: Key) {
  const key = Buffer.concat([pkcs8, bytes])
  const secret = createPrivateKey({ key, format: 'der', type: 'pkcs8' })
  const { kty, crv, x } = v.parse(publicJwk, createPublicKey(secret).export({ format: 'jwk' }))
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url')
  return { secret, jwk: { kty, crv, x, kid, alg: 'EdDSA', use: 'sig' } }
}

const pairs = new WeakMap<Key, ReturnType<typeof pairOf>>()

/** A copy signs thousands of receipts under one key, which is made ready once. */
function knownPair(key: Key): ReturnType<typeof pairOf> {
  const pair = pairs.get(key) ?? pairOf(key)
  pairs.set(key, pair)
  return pair
}

/** @param keys the `receipt` keys. */
export function signReceipt(keys: readonly Key[], receipt: Receipt): Promise<string> {
  const { secret, jwk } = knownPair(currentKey(keys))
  const { alg, kid } = jwk
  return new CompactSign(Buffer.from(JSON.stringify(receipt)))
    .setProtectedHeader({ alg, kid, typ: type, cty: 'application/ld+json' })
    .sign(secret)
}

/**
 * The keys under which receipts hold (RFC 7517). After a rotation the earlier ones stay, since receipts
 * are kept for years; a revoked one is left out, and what it signed holds no more (SEC-03).
 */
export function receiptKeySet(keys: readonly Key[]) {
  return { keys: keys.filter(({ state }) => state !== 'revoked').map((key) => knownPair(key).jwk) }
}
