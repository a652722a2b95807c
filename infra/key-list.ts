import { type KeyPurpose, keyPurposes } from '../functions/platform/keyring.ts'
import {
  type KeyParameter,
  type KeyStore,
  readKeyParameters,
  signingKey,
} from './key-parameters.ts'
import { pendingKey } from './key-rotation.ts'

/** Lines for a person: what keys there are and how they stand, never a byte of one. */
export async function listKeys(store: KeyStore): Promise<string[]> {
  const lines = [row('purpose', 'id', 'state', 'created', 'changed')]
  for (const purpose of keyPurposes) {
    const keys = await readKeyParameters(store, purpose)
    for (const { id, state, createdAt, changedAt } of keys) {
      lines.push(row(purpose, String(id), state, createdAt, changedAt.toISOString()))
    }
    lines.push(...warnings(purpose, keys))
  }
  return lines
}

function warnings(purpose: KeyPurpose, keys: readonly KeyParameter[]): string[] {
  if (keys.length === 0) return [`! ${purpose} has no key: run "init"`]
  if (signingKey(keys) === undefined) return [`! ${purpose} has no current key: run "rotate"`]
  const currents = keys.filter(({ state }) => state === 'current').length
  return currents > 1 || pendingKey(keys) !== undefined
    ? [`! a rotation of ${purpose} was not finished: run "rotate" again`]
    : []
}

function row(purpose: string, id: string, state: string, ...times: string[]): string {
  const [created = '', changed = ''] = times
  return `${purpose.padEnd(12)}${id.padStart(3)}  ${state.padEnd(8)} ${created.padEnd(24)} ${changed}`
}
