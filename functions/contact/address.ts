import { domainToASCII } from 'node:url'
import * as v from 'valibot'
import { keyedHash } from '../platform/keyed-hash.ts'
import type { Key } from '../platform/keyring.ts'

/**
 * One spelling per mailbox as far as anyone outside can know it: case, surrounding white space and
 * IDN are folded (SUPP-04); dots and plus signs are left alone, since only the provider knows what
 * they mean. Quoted and non-ASCII local parts are refused: SES cannot mail them.
 */
const longest = 254
const longestLocalPart = 64
const localPart = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const domain = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{2,59})$/

/** `domainToASCII` reads a URL's host: it drops a path, a query and line breaks, and unescapes `%`. */
const notInDomain = /[\p{Cc}\s/\\?#%:@]/u

function fold(raw: string): string {
  const spelled = raw.trim().normalize('NFC').toLowerCase()
  const at = spelled.lastIndexOf('@')
  if (at < 1 || notInDomain.test(spelled.slice(at + 1))) return spelled
  return `${spelled.slice(0, at)}@${domainToASCII(spelled.slice(at + 1))}`
}

function isMailable(address: string): boolean {
  const at = address.lastIndexOf('@')
  return (
    address.length <= longest &&
    at > 0 &&
    at <= longestLocalPart &&
    localPart.test(address.slice(0, at)) &&
    domain.test(address.slice(at + 1))
  )
}

/** Parses untrusted text into the normal form; the message never repeats the input (SEC-14). */
export const addressSchema = v.pipe(
  v.string(),
  v.maxLength(1000, 'is not an e-mail address'),
  v.transform(fold),
  v.check(isMailable, 'is not an e-mail address'),
  v.brand('Address'),
)
export type Address = v.InferOutput<typeof addressSchema>

export type AddressKey = string

/**
 * The address's item key under every key version: `A#<kid>#<keyed hash>`, the current one first, where
 * whatever is new is filed, then the others, newest first. Each version hashes the one before, so a
 * rotation needs no addresses; and none is ever left out, whatever its state, so that it un-suppresses
 * nobody (SUPP-03). A version newer than the current one is of a rotation under way.
 * @param keys the `address` keys, oldest first.
 */
export function addressKeys(address: Address, keys: readonly Key[]): AddressKey[] {
  let hash: string | undefined
  const all: AddressKey[] = []
  for (const { id, bytes } of keys) {
    hash = keyedHash(bytes)
      .update(hash ?? address)
      .digest('base64url')
    all.push(`A#${id}#${hash}`)
  }
  const current = all[keys.findLastIndex(({ state }) => state === 'current')]
  const others = all.filter((key) => key !== current).reverse()
  return current === undefined ? others : [current, ...others]
}

const publicMailDomains = new Set([
  'gmail.com',
  'googlemail.com',
  'outlook.com',
  'hotmail.com',
  'hotmail.no',
  'live.com',
  'live.no',
  'msn.com',
  'yahoo.com',
  'yahoo.no',
  'icloud.com',
  'me.com',
  'mac.com',
  'proton.me',
  'protonmail.com',
  'online.no',
  'gmx.com',
  'gmx.net',
  'fastmail.com',
  'aol.com',
  'zoho.com',
])

/**
 * What a forwarded newsletter may show of its first reader (RIGHT-05): one letter, and the domain
 * only where millions share it.
 */
export function maskAddress(address: Address): string {
  const at = address.lastIndexOf('@')
  const host = address.slice(at + 1)
  return `${address.slice(0, 1)}•••@${publicMailDomains.has(host) ? host : '…'}`
}
