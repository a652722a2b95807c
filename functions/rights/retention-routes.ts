import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { auditPut } from '../consent/ledger.ts'
import { type HttpAnswer, type HttpEvent, json, parseBody, type Route } from '../platform/http.ts'
import type { Send } from '../platform/queue.ts'
import { staffOf } from '../platform/staff.ts'
import type { Tables } from '../platform/table.ts'
import { type SweepMessage, sweepModes } from './sweep-message.ts'
import { recentRuns } from './sweep-run.ts'

export type RetentionDesk = {
  tables: Omit<Tables, 'keys'>
  sweeps: Send<SweepMessage>
  rolesClaim: string
  clock: () => Date
}

const shownRuns = 30
const orderSchema = v.strictObject({ mode: v.picklist(sweepModes) })

/** What the sweep has done and would do: counts only, for those who answer for the data (SUPP-06). */
export function retentionRoutes(desk: RetentionDesk): Route[] {
  return [
    { method: 'GET', path: '/staff/retention', handle: (event) => show(desk, event) },
    { method: 'POST', path: '/staff/retention', handle: (event) => order(desk, event) },
  ]
}

async function show(
  { tables, rolesClaim, clock }: RetentionDesk,
  event: HttpEvent,
): Promise<HttpAnswer> {
  staffOf(event, rolesClaim, ['privacy', 'viewer'])
  return json(200, { runs: await recentRuns(tables, shownRuns, clock()) })
}

/** A run now instead of tonight, or one that only counts what would go. */
async function order(
  { tables, sweeps, rolesClaim, clock }: RetentionDesk,
  event: HttpEvent,
): Promise<HttpAnswer> {
  const { id } = staffOf(event, rolesClaim, ['privacy'])
  const { mode } = parseBody(orderSchema, event.body)
  const at = clock()
  const audit = { at, staff: id, action: 'sweep', subject: mode, details: {} }
  await tables.db.send(new PutItemCommand(auditPut(tables, audit)))
  await sweeps({ kind: 'start', mode })
  return json(202, { mode, asked: at.toISOString() })
}
