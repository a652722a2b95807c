import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { type Act, type Choice, isOff, lastSaidAt } from '../consent/choices.ts'
import { expiredSince } from '../consent/decide.ts'
import { directMarketing, type Policy } from '../consent/policy.ts'
import type { Contact } from '../contact/contact.ts'
import { turnDown, type UnsealedStore } from '../contact/turn-down.ts'
import { orderedId } from '../platform/id.ts'

/** Purposes to end, by the moment at which their consent ran out: mostly one, of one sign-up. */
export type Expiry = ReadonlyMap<number, readonly string[]>

/**
 * What still stands as a yes and is none any more because of its age (CONS-09). A pause is no matter
 * here: it begins and ends by the clock, as the person said, and `decide` reads the clock.
 */
export function expiryOf(policy: Policy, { choices, restricted, erasing }: Contact, now: Date) {
  const ends = new Map<number, string[]>()
  if (restricted || erasing !== undefined) return ends
  for (const [purpose, choice] of Object.entries(choices)) {
    if (purpose === directMarketing || isOff(choice.state)) continue
    const since = expiredSince(policy, choice, now)
    if (since === undefined) continue
    const at = momentAfter(choice, since)
    ends.set(at, [...(ends.get(at) ?? []), purpose])
  }
  return ends
}

/**
 * Later than what it ends, and no later than it must be: a yes that the person gives meanwhile ranks
 * above it, whichever of the two is written first (CONS-17).
 */
function momentAfter(choice: Choice, since: Date): number {
  return Math.max(since.getTime(), lastSaidAt(choice).getTime() + 1)
}

/**
 * Writes that they have run out, into index and history too.
 * @param also what is written with each act; it must hold in any case.
 * @returns how many acts were written.
 */
export async function expire(
  store: UnsealedStore,
  { contactId, ends }: { contactId: string; ends: Expiry },
  { now, also }: { now: Date; also: readonly TransactWriteItem[] },
): Promise<number> {
  let written = 0
  for (const [moment, purposes] of ends) {
    const at = new Date(moment)
    const act: Act = {
      kind: 'expire',
      at,
      ledgerId: orderedId(at),
      noticeVersion: store.policy.notice.version,
      changes: purposes.map((purpose) => ({ purpose, state: 'expired' })),
    }
    const evidence = { actor: 'system', method: 'sweep' } as const
    const { kind } = await turnDown(store, contactId, { act, evidence, now, also })
    if (kind === 'turned-down') written += 1
  }
  return written
}
