import { allMarketing } from '../consent/policy.ts'
import type { ContactStore } from '../contact/contacts.ts'
import type { Plan } from '../contact/plan.ts'
import { orderedId } from '../platform/id.ts'
import { type RightsRequest, requestPut } from './request.ts'

const acts = { erasure: 'erase', objection: 'object' } as const

/**
 * What objection and erasure have in common, in one transaction: every topic and purpose is objected
 * to, the address is suppressed, and the request that asked for it is registered.
 */
export function refuseEverything(
  { tables, policy }: ContactStore,
  contactId: string,
  { kind, request, now }: { kind: keyof typeof acts; request: RightsRequest; now: Date },
): Plan {
  return {
    at: now,
    entries: [
      {
        kind: acts[kind],
        at: now,
        ledgerId: orderedId(now),
        noticeVersion: policy.notice.version,
        changes: allMarketing(policy).map((purpose) => ({ purpose, state: 'objected' })),
        evidence: { actor: 'person', method: 'preference-page', requestId: request.id },
      },
    ],
    suppress: { kind, at: now },
    also: [requestPut(tables, contactId, request)],
  }
}
