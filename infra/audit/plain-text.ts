import type { Inspect } from './inspect.ts'
import { findingsOf } from './invariants.ts'
import type { Stored } from './reader.ts'

/**
 * Invariant 10: whoever reads the tables without the keys learns nobody's name. Looked for is what
 * looks like an address or telephone number, whatever it is called, and what is called like one.
 */
const telling = /[^\s@"'<>,;]+@[^\s@"'<>,;]+\.[^\s@"'<>,;]{2,}|^\+\d[\d ().-]{6,}$/
const names = new Set(
  [
    'email',
    'mail',
    'address',
    'name',
    'firstname',
    'lastname',
    'fullname',
    'phone',
    'telephone',
  ].concat(['mobile', 'company', 'title', 'identity', 'ip']),
)
/** Staff are known by what their identity provider calls them; that is the point of an audit (SEC-13). */
const ofStaff = new Set(['staff', 'requestedBy'])
/** DynamoDB deletes within a few days at most; past this nothing else is the reason. */
const graceMs = 48 * 3_600_000

export const inspectPlainText: Inspect = async ({ now }, item) => {
  const { ttl } = item
  const isOver = typeof ttl === 'number' && ttl * 1000 + graceMs < now.getTime()
  return findingsOf(10, idOf(item), {
    'past its time': isOver,
    ...Object.fromEntries(
      plainPlaces(isSaidToAll(item) ? {} : item).map((place) => [`in clear: ${place}`, true]),
    ),
  })
}

/** A campaign and its drawn mails are the company's own words, with its own addresses in them. */
const isSaidToAll = ({ pk, sk }: Stored): boolean =>
  String(pk).startsWith('K#') && (sk === 'K' || String(sk).startsWith('F#'))

export const idOf = ({ pk, sk }: Stored): string =>
  sk === undefined ? String(pk) : `${String(pk)} ${String(sk)}`

/** The attributes, by name, that hold an identity in clear. */
function plainPlaces(value: unknown, path = ''): string[] {
  const isNamed = names.has((path.split('.').at(-1) ?? '').toLowerCase())
  if (typeof value === 'string') {
    return (isNamed && value !== '') || telling.test(value) ? [path] : []
  }
  if (value instanceof Uint8Array) return isReadable(value) ? [path] : []
  if (typeof value === 'number') return isNamed ? [path] : []
  if (typeof value !== 'object' || value === null) return []
  const parts = Object.entries(value).filter(([name]) => !ofStaff.has(name))
  return parts.flatMap(([name, part]) => {
    const shown = Array.isArray(value) || telling.test(name) ? '*' : name
    const inName = telling.test(name) ? [`${path}.*`] : []
    return [...inName, ...plainPlaces(part, path === '' ? shown : `${path}.${shown}`)]
  })
}

/** A seal is noise: that 28 random bytes and more are all UTF-8 text does not happen. */
function isReadable(bytes: Uint8Array): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return !/\p{Cc}/u.test(text)
  } catch {
    return false
  }
}
