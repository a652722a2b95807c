import { timingSafeEqual } from 'node:crypto'
import { decodeBase64url } from './base64url.ts'
import { KeyError, type KeySource } from './keyring.ts'

/** The header that the CDN adds to what it passes on, over anything that a caller wrote there. */
const header = 'origin-secret'

/**
 * Whether a request came through the CDN: it carries the bytes of a key of purpose `origin`, which only
 * the CDN and the functions behind it know. Every key that is not revoked is good, so that a rotation
 * turns nobody away while the CDN still sends the former one. All are compared, in constant time.
 * @throws {KeyError} when there is no such key at all: then nobody can be told from a forger.
 */
export async function isThroughCdn(
  keys: KeySource,
  headers: Readonly<Record<string, string | undefined>>,
): Promise<boolean> {
  const given = decodeBase64url(headers[header] ?? '')
  if (given === undefined) return false
  const live = (await keys('origin')).filter(({ state }) => state !== 'revoked')
  if (live.length === 0) throw new KeyError('no key is left to know the CDN by')
  let known = false
  for (const { bytes } of live) {
    known = (given.length === bytes.length && timingSafeEqual(given, bytes)) || known
  }
  return known
}
