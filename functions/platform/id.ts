import { createHash, randomUUID } from 'node:crypto'
import { v7 } from 'uuid'
import * as v from 'valibot'

/**
 * Ids are UUIDs, 16 bytes in a token: random ones (v4) for contacts and sign-ups, so that nobody can
 * guess another's; time-ordered ones (v7, RFC 9562) for ledger entries and requests.
 */
export const randomId = (): string => randomUUID()
export const orderedId = (at: Date): string => v7({ msecs: at.getTime() })

/** One that is the same for the same moment and text: whoever does something twice finds what they did. */
export const repeatableId = (at: Date, of: string): string =>
  v7({ msecs: at.getTime(), random: createHash('sha256').update(of).digest().subarray(0, 16) })

/** When an ordered id was made; its first 48 bits are milliseconds (RFC 9562 §5.7). */
export const timeOfId = (id: string): Date =>
  new Date(Number.parseInt(id.replace('-', '').slice(0, 12), 16))

export const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** An id that arrives from outside; what is none could be anything, and ids are logged (SEC-14). */
export const idSchema = v.pipe(v.string(), v.regex(idPattern))

export function idToBytes(id: string): Uint8Array {
  if (!idPattern.test(id)) throw new TypeError('not an id')
  return Buffer.from(id.replaceAll('-', ''), 'hex')
}

export function bytesToId(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-')
}
