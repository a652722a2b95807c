import type { KeyPurpose } from '../functions/platform/keyring.ts'
import {
  createKey,
  type KeyParameter,
  type KeyStore,
  markKey,
  readKeyParameters,
  signingKey,
} from './key-parameters.ts'

/** What a change of keys needs besides the keys: the time, and somebody to tell. */
export type KeyDesk = KeyStore & {
  clock: () => Date
  wait: (ms: number) => Promise<void>
  report: (line: string) => void
}

/** Functions keep keys for a minute; a reading of them may take its time. */
const settleMs = 75_000

/**
 * Every look-up of an address reads one item for each key there ever was, and a new contact is written
 * under a condition on each (SUPP-03), so their number has to stay small.
 */
const mostAddressKeys = 20
const mostKeys = 255

type NewKey = Pick<KeyParameter, 'name' | 'id' | 'changedAt'>
export type Rotated = { id: number; former: number[] }

/**
 * Puts a new key in the place of the current one, which from then on only verifies (SEC-03).
 *
 * 1. The new key is created as `verify`. 2. All functions come to know it. 3. It becomes `current`.
 * 4. The former one becomes `verify`. No function ever meets a token, seal or address item of a key
 * that it does not know; and after an interruption at any point there is a key that signs, and the
 * next call goes on from there instead of creating another.
 *
 * @param atOnce leaves out the wait of step 2. For a minute some functions then refuse what others
 *   have signed with the new key.
 */
export async function rotate(
  desk: KeyDesk,
  purpose: KeyPurpose,
  { atOnce = false } = {},
): Promise<Rotated> {
  if (atOnce) assertMayHurry(purpose)
  const before = await readKeyParameters(desk, purpose)
  if (before.length === 0) {
    throw new Error(
      `there is no key at ${desk.path}/${purpose}: run "init" first, or name the stage`,
    )
  }
  const currents = before.filter(({ state }) => state === 'current')
  const latest = currents.length > 1 ? currents.at(-1) : undefined
  const { id } = latest ?? (await promoteNext(desk, { purpose, before, atOnce }))
  const former = currents.filter((key) => key.id !== id)
  for (const { name } of former) {
    await markKey(desk, name, { from: ['current'], to: 'verify' })
    desk.report(`verify   ${name}`)
  }
  return { id, former: former.map((key) => key.id) }
}

async function promoteNext(
  desk: KeyDesk,
  { purpose, before, atOnce }: { purpose: KeyPurpose; before: KeyParameter[]; atOnce: boolean },
): Promise<NewKey> {
  const next = pendingKey(before) ?? (await addKey(desk, purpose, before))
  if (!atOnce) await settle(desk, next)
  await markKey(desk, next.name, { from: ['verify'], to: 'current' })
  desk.report(`current  ${next.name}`)
  return next
}

/** Created by a rotation that was interrupted: newer than the one that signs, and never used. */
export function pendingKey(keys: readonly KeyParameter[]): KeyParameter | undefined {
  const signing = signingKey(keys)
  return keys.findLast(
    ({ id, state }) => state === 'verify' && signing !== undefined && id > signing.id,
  )
}

async function addKey(
  desk: KeyDesk,
  purpose: KeyPurpose,
  before: readonly KeyParameter[],
): Promise<NewKey> {
  const id = (before.at(-1)?.id ?? 0) + 1
  assertRoom(purpose, id)
  const name = `${desk.path}/${purpose}/${id}`
  const now = desk.clock()
  if (!(await createKey(desk.ssm, name, { state: 'verify', now }))) {
    throw new Error(`${name} has just been created by somebody else: run "rotate" again to go on`)
  }
  desk.report(`created  ${name}`)
  return { name, id, changedAt: now }
}

/** Until every function has read its keys after this one was last changed. */
export async function settle(
  { clock, wait, report }: KeyDesk,
  { changedAt }: Pick<KeyParameter, 'changedAt'>,
): Promise<void> {
  const ms = changedAt.getTime() + settleMs - clock().getTime()
  if (ms <= 0) return
  report(`waiting ${Math.ceil(ms / 1000)} s, until every function knows it`)
  await wait(ms)
}

function assertMayHurry(purpose: KeyPurpose): void {
  if (purpose !== 'address' && purpose !== 'ring') return
  throw new Error(
    purpose === 'address'
      ? 'address keys are never rotated at once: for a minute one address could become two contacts'
      : 'ring keys are never rotated at once: for a minute some functions could not open new contacts',
  )
}

function assertRoom(purpose: KeyPurpose, id: number): void {
  if (purpose === 'address' && id > mostAddressKeys) {
    throw new Error(
      `address has ${id - 1} keys, and every look-up of an address reads one item for each: no more can be added`,
    )
  }
  if (id > mostKeys) {
    throw new Error(
      `${purpose} has ${id - 1} keys, and a key's number is one byte: none can be added`,
    )
  }
}
