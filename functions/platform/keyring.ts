import { GetParametersByPathCommand, type SSMClient } from '@aws-sdk/client-ssm'
import * as v from 'valibot'
import { decodeBase64url } from './base64url.ts'

/**
 * Every purpose has its own independent 256-bit keys (SEC-01, SEC-02): a key that leaks opens one
 * door only, and each function's role can read only the purposes it needs.
 */
export const tokenPurposes = [
  'unsubscribe',
  'undo',
  'confirm',
  'manage',
  'session',
  'download',
] as const
export const keyPurposes = [
  ...tokenPurposes,
  'address',
  'ring',
  'network',
  'ref',
  'origin',
  /** The short tag of a pixel or click address: a filter, no permission (design §6). */
  'hit',
  /** Seeds of Ed25519 keys: receipts are checked by others, so their keys have a public half. */
  'receipt',
] as const

export type TokenPurpose = (typeof tokenPurposes)[number]
export type KeyPurpose = (typeof keyPurposes)[number]

/** `current` mints and verifies, `verify` only verifies, `revoked` was leaked (SEC-03). */
export type Key = { id: number; bytes: Uint8Array; state: 'current' | 'verify' | 'revoked' }
export type KeySource = (purpose: KeyPurpose) => Promise<readonly Key[]>

const parameter = v.object({
  Name: v.string(),
  Value: v.pipe(
    v.string(),
    v.parseJson(),
    v.object({ key: v.string(), state: v.picklist(['current', 'verify', 'revoked']) }),
  ),
})

/** A key store that lacks a needed key or holds a malformed one; nothing may be signed or opened. */
export class KeyError extends Error {
  override readonly name = 'KeyError'
}

const refreshAfterMs = 60_000

/** SSM's `GetParametersByPath`, one page of it. */
export type ReadParameters = (input: {
  Path: string
  WithDecryption: true
  NextToken?: string | undefined
}) => Promise<{ Parameters?: readonly unknown[] | undefined; NextToken?: string | undefined }>

/** The keys as SSM's own client reads them. */
export function ssmKeys(ssm: SSMClient, path: string, clock: () => Date): KeySource {
  return storedKeys((input) => ssm.send(new GetParametersByPathCommand(input)), path, clock)
}

/**
 * Reads keys from SSM SecureStrings `<path>/<purpose>/<id>`, newest last, and keeps them for a
 * minute: after that a rotation or revocation is seen (SEC-03). While Parameter Store cannot be read,
 * what was read before goes on serving: an unsubscribe must not wait for it (UNSUB-10).
 */
export function storedKeys(read: ReadParameters, path: string, clock: () => Date): KeySource {
  const held = new Map<KeyPurpose, { at: number; keys: Promise<readonly Key[]> }>()
  return (purpose) => {
    const now = clock().getTime()
    const known = held.get(purpose)
    if (known !== undefined && now - known.at < refreshAfterMs) return known.keys
    const fresh = readKeys(read, `${path}/${purpose}/`)
    const keys = known === undefined ? fresh : fresh.catch(() => known.keys)
    held.set(purpose, { at: now, keys })
    keys.catch(() => held.delete(purpose))
    return keys
  }
}

async function readKeys(read: ReadParameters, path: string): Promise<readonly Key[]> {
  const keys: Key[] = []
  let next: string | undefined
  do {
    const page = await read({ Path: path, WithDecryption: true, NextToken: next })
    for (const raw of page.Parameters ?? []) keys.push(parseKey(raw))
    next = page.NextToken
  } while (next !== undefined)
  return keys.sort((a, b) => a.id - b.id)
}

function parseKey(raw: unknown): Key {
  const parsed = v.safeParse(parameter, raw)
  if (!parsed.success) throw new KeyError('a key parameter is malformed')
  const { Name, Value } = parsed.output
  const id = Number(/\/([1-9]\d{0,2})$/.exec(Name)?.[1])
  const bytes = decodeBase64url(Value.key)
  if (!(id <= 255) || bytes?.length !== 32) {
    throw new KeyError('a key parameter is malformed')
  }
  return { id, bytes, state: Value.state }
}

/** The key to sign or seal with: the newest one that is current. */
export function currentKey(keys: readonly Key[]): Key {
  const current = keys.findLast(({ state }) => state === 'current')
  if (current === undefined) throw new KeyError('no current key for this purpose')
  return current
}
