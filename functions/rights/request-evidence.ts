import type { Evidence } from '../consent/ledger.ts'
import type { RightsRequest } from '../contact/request-record.ts'

/**
 * A right that is exercised is the person's own act, also where a colleague who has seen who they are
 * carries it out; who has seen it is in the register.
 */
export const requestEvidence = ({ id, proof }: RightsRequest): Evidence => ({
  actor: 'person',
  method: proof?.by === 'check' ? 'staff' : 'preference-page',
  requestId: id,
})
