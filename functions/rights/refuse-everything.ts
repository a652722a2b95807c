import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { allMarketing } from '../consent/policy.ts'
import type { ContactStore } from '../contact/contacts.ts'
import type { Plan } from '../contact/plan.ts'
import type { RightsRequest } from '../contact/request-record.ts'
import { orderedId } from '../platform/id.ts'
import { requestEvidence } from './request-evidence.ts'

const acts = { erasure: 'erase', objection: 'object' } as const

/**
 * What objection and erasure have in common, in one transaction: every topic and purpose is objected
 * to, the address is suppressed, and the request that asked for it is registered.
 */
export function refuseEverything(
  { policy }: ContactStore,
  {
    kind,
    request,
    writes,
    now,
  }: {
    kind: keyof typeof acts
    request: RightsRequest
    /** What registers the request. */
    writes: readonly TransactWriteItem[]
    now: Date
  },
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
        evidence: requestEvidence(request),
      },
    ],
    suppress: { kind, at: now },
    also: writes,
  }
}
