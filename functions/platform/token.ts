import { timingSafeEqual } from 'node:crypto'
import { decodeBase64url, encodeBase64url } from './base64url.ts'
import { keyedHash } from './keyed-hash.ts'
import { currentKey, type KeySource, type TokenPurpose } from './keyring.ts'

/**
 * Tokens (design §6): base64url of `version 1 B · key id 1 B · body · tag 16 B`, where the tag is
 * the first 16 bytes of HMAC-SHA-256(key, purpose ‖ 0x00 ‖ version ‖ key id ‖ body). The purpose is
 * signed, never carried, so a token of one purpose is noise for every other (SEC-01, SEC-02).
 */
const version = 1
const tagLength = 16
const maxTextLength = 256

export type OpenedToken =
  | { kind: 'valid'; body: Uint8Array; keyRevoked: boolean }
  | { kind: 'invalid' }

export async function mintToken(
  keys: KeySource,
  purpose: TokenPurpose,
  body: Uint8Array,
): Promise<string> {
  const key = currentKey(await keys(purpose))
  const signed = Buffer.concat([Uint8Array.of(version, key.id), body])
  return encodeBase64url(Buffer.concat([signed, tag(key.bytes, purpose, signed)]))
}

/** Verifies text against every living key of the purpose; says nothing of why it is invalid. */
export async function openToken(
  keys: KeySource,
  purpose: TokenPurpose,
  text: string,
): Promise<OpenedToken> {
  if (text.length > maxTextLength) return { kind: 'invalid' }
  const bytes = decodeBase64url(text)
  if (bytes === undefined || bytes.length < 2 + tagLength || bytes[0] !== version) {
    return { kind: 'invalid' }
  }
  const key = (await keys(purpose)).find(({ id }) => id === bytes[1])
  if (key === undefined) return { kind: 'invalid' }
  const signed = bytes.subarray(0, -tagLength)
  if (!timingSafeEqual(bytes.subarray(-tagLength), tag(key.bytes, purpose, signed))) {
    return { kind: 'invalid' }
  }
  return { kind: 'valid', body: signed.subarray(2), keyRevoked: key.state === 'revoked' }
}

function tag(key: Uint8Array, purpose: TokenPurpose, signed: Uint8Array): Uint8Array {
  return keyedHash(key)
    .update(purpose, 'ascii')
    .update(Uint8Array.of(0))
    .update(signed)
    .digest()
    .subarray(0, tagLength)
}
