import { createHash } from 'node:crypto'
import type { Item } from '../platform/table.ts'

/**
 * SHA-256 of an item as it is stored, seals included. The stream and the SDK spell bytes differently, and
 * neither promises an order of attributes: the same item gives the same hash from both.
 */
export function entryHash(image: Item): string {
  return sha256(JSON.stringify(image, inOneSpelling))
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function inOneSpelling(_: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
