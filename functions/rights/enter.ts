import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { Policy } from '../consent/policy.ts'
import type { RightsRequest } from '../contact/request-record.ts'
import { orderedId } from '../platform/id.ts'
import type { Tables } from '../platform/table.ts'
import { requestPuts, stepWrites } from './register.ts'
import { dueAt, stepped } from './request-steps.ts'

/** How a right that is exercised now comes to stand in the register. */
export type Entered = { request: RightsRequest; writes: TransactWriteItem[] }

/** What is asked, and whether it is done in the transaction that enters it or only begun. */
export type Wanted = Pick<RightsRequest, 'kind' | 'detail'> & {
  status: 'done' | 'in-progress'
  contactId: string
  now: Date
  /** The request that came by letter or telephone, when it is this one that is carried out. */
  registered?: RightsRequest | undefined
}

/**
 * A request from a session is entered with the mailbox as proof; one that came another way is moved
 * on, and gets that proof unless a colleague has recorded another.
 * @returns undefined when the one that came another way is not to be carried out any more.
 */
export function enter(
  book: { tables: Pick<Tables, 'main' | 'keys'>; policy: Policy },
  { kind, detail, status, contactId, now, registered }: Wanted,
): Entered | undefined {
  const at = now.toISOString()
  const proof = registered?.proof ?? { by: 'session', at }
  const closing = status === 'done' ? ({ outcome: 'carried-out' } as const) : {}
  if (registered !== undefined) {
    const step = status === 'done' ? 'carry-out' : 'begin'
    const request = stepped(registered, step, { at: now, proof, ...closing })
    if (request === undefined) return undefined
    return { request, writes: stepWrites(book, step, { before: registered, after: request }) }
  }
  const request: RightsRequest = {
    id: orderedId(now),
    kind,
    ...(detail === undefined ? {} : { detail }),
    status,
    came: 'page',
    receivedAt: at,
    dueAt: dueAt(now).toISOString(),
    contactId,
    proof,
    ...closing,
    ...(status === 'done' ? { closedAt: at } : {}),
  }
  return { request, writes: requestPuts(book, request) }
}
