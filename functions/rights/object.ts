import type { Change } from '../consent/choices.ts'
import { change } from '../contact/change.ts'
import type { ContactStore } from '../contact/contacts.ts'
import type { objectionTargets, RightsRequest } from '../contact/request-record.ts'
import { orderedId } from '../platform/id.ts'
import { enter } from './enter.ts'
import { refuseEverything } from './refuse-everything.ts'
import { requestEvidence } from './request-evidence.ts'

export type ObjectionTarget = (typeof objectionTargets)[number]

/**
 * An objection (GDPR art. 21) as a request: it needs no reason, is done in the same transaction that
 * enters it, and is never weighed (TRACK-11). One to profiling or calls leaves chosen mail running.
 * Whoever is being erased has objected to everything already; an item written now could outlive them
 * (RIGHT-11).
 * @returns undefined when there is nobody to object any more.
 */
export async function object(
  store: ContactStore,
  contactId: string,
  {
    to,
    now,
    registered,
  }: { to: ObjectionTarget; now: Date; registered?: RightsRequest | undefined },
): Promise<RightsRequest | undefined> {
  const wanted = { kind: 'objection', detail: to, status: 'done', contactId, now } as const
  const entered = enter(store, { ...wanted, registered })
  if (entered === undefined) return undefined
  const { request, writes } = entered
  const outcome = await change(store, contactId, (contact) => {
    if (contact.erasing) return undefined
    if (to === 'direct-marketing') {
      return refuseEverything(store, { kind: 'objection', request, writes, now })
    }
    const changes: Change[] = [{ purpose: to, state: 'objected' }]
    const { version: noticeVersion } = store.policy.notice
    const evidence = requestEvidence(request)
    const ledgerId = orderedId(now)
    const entry = { kind: 'object', at: now, ledgerId, noticeVersion, changes, evidence } as const
    return { at: now, entries: [entry], also: writes }
  })
  return outcome.kind === 'changed' ? request : undefined
}
