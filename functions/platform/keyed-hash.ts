import { createHmac, createSecretKey, type Hmac } from 'node:crypto'

/**
 * HMAC-SHA-256 (RFC 2104) under a key's bytes. They are wrapped first: Node tests a bare key by trying
 * to use it as a wrapped one, and the error that it catches costs several times the hash itself.
 */
export function keyedHash(key: Uint8Array): Hmac {
  return createHmac('sha256', createSecretKey(key))
}
