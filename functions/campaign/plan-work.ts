import type { Policy } from '../consent/policy.ts'
import type { Log } from '../platform/log.ts'
import type { Send, SendAll } from '../platform/queue.ts'
import type { Tables } from '../platform/table.ts'
import type { PlanMessage, SendMessage } from './campaign-message.ts'

/** All that planning and its repair need; neither opens a seal. */
export type PlanWork = {
  tables: Pick<Tables, 'db' | 'main'>
  policy: Policy
  plan: Send<PlanMessage>
  enqueue: SendAll<SendMessage>
  /** Memberships walked for one message of the queue, so that no run comes near its time-out. */
  pageSize: number
  log: Log
  clock: () => Date
}
