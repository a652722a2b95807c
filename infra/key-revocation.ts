import type { KeyPurpose } from '../functions/platform/keyring.ts'
import { type DataKeys, isAnyUnder } from './data-keys.ts'
import { markKey, readKeyParameters, signingKey } from './key-parameters.ts'
import { type KeyDesk, settle } from './key-rotation.ts'

/** Purposes whose old keys are needed for ever: calling one revoked would promise what is not so. */
const never: Partial<Record<KeyPurpose, string>> = {
  address:
    'an address key is never revoked: everybody whose address was filed under it could no longer be found, and so be mailed again (SUPP-03). Rotate instead: what is filed from then on is out of reach of the old key alone.',
  ref: 'a ref key is never revoked: files that recipients hold name people by it, and only it can recall them. Rotate instead: new files get new refs.',
}

export type Revocation = {
  purpose: KeyPurpose
  id: number
  /** That the CDN was deployed since the rotation, which nobody can see from here. */
  deployed?: boolean
}

/**
 * Marks a leaked key `revoked` (SEC-03): within a minute nothing signed with it opens any more; an
 * unsubscribe link under it still turns off, and shows nothing (UNSUB-12). Its bytes are kept for that.
 *
 * @param dataKeys where to look whether a ring key still wraps anything; only `ring` needs it.
 * @throws for a key that still signs, or that something else still depends on.
 */
export async function revoke(
  desk: KeyDesk,
  { purpose, id, deployed = false }: Revocation,
  dataKeys?: DataKeys,
): Promise<void> {
  const reason = never[purpose]
  if (reason !== undefined) throw new Error(reason)
  const keys = await readKeyParameters(desk, purpose)
  const key = keys.find((each) => each.id === id)
  if (key === undefined) {
    const ids = keys.map((each) => each.id).join(', ') || 'none'
    throw new Error(`${purpose} has no key ${id}; it has: ${ids}`)
  }
  const signing = signingKey(keys)
  if (signing === undefined || signing.id === id) {
    throw new Error(
      `${key.name} is the key that signs, and ${purpose} has no other to take its place. Run "npm run keys -- rotate --purpose ${purpose}" first, then revoke ${id} again.`,
    )
  }
  if (purpose === 'origin' && !deployed) {
    throw new Error(
      'the CDN may still send this key, and nobody could then sign up or change a choice. Deploy first ("npm run deploy"), then revoke it with --deployed.',
    )
  }
  if (purpose === 'ring') {
    // A function that has not heard of the rotation yet may still be wrapping under the old one.
    await settle(desk, signing)
    await assertUnused(id, dataKeys)
  }
  await markKey(desk, key.name, { from: ['verify', 'current'], to: 'revoked' })
  desk.report(`revoked  ${key.name}`)
}

async function assertUnused(id: number, dataKeys: DataKeys | undefined): Promise<void> {
  if (dataKeys === undefined) {
    throw new Error(
      'to revoke a ring key, name the Keys table with --table: no data key may be left under it',
    )
  }
  if (await isAnyUnder(dataKeys, id)) {
    throw new Error(
      `data keys are still wrapped by ring key ${id}. Run "npm run keys -- rewrap --table ${dataKeys.table}" first, then revoke it again.`,
    )
  }
}
