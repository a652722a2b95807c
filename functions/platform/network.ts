import { isIPv4, isIPv6 } from 'node:net'
import { keyedHash } from './keyed-hash.ts'
import { currentKey, type Key } from './keyring.ts'

/**
 * The caller's network as a keyed hash that changes every day: enough to slow a flood (SEC-09), and
 * nothing that finds a person. IPv4 counts by /24, IPv6 by /48.
 */
export function networkOf(ip: string, keys: readonly Key[], now: Date): string {
  return keyedHash(currentKey(keys).bytes)
    .update(`${now.toISOString().slice(0, 10)}|${prefix(ip)}`)
    .digest('base64url')
    .slice(0, 16)
}

function prefix(ip: string): string {
  const mapped = ip.replace(/^::ffff:(?=\d+\.)/i, '')
  if (isIPv4(mapped)) return mapped.split('.').slice(0, 3).join('.')
  if (isIPv6(ip)) return hextets(ip).slice(0, 3).join(':')
  return 'unknown'
}

/** The eight groups of an IPv6 address, `::` written out. */
function hextets(ip: string): string[] {
  const [head = '', tail] = ip.toLowerCase().split('::')
  const left = head.split(':').filter(Boolean)
  const right = (tail ?? '').split(':').filter(Boolean)
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length
  return [...left, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...right]
}
