import { auditPut } from '../consent/ledger.ts'
import type { Policy } from '../consent/policy.ts'
import { orderedId } from '../platform/id.ts'
import type { Send } from '../platform/queue.ts'
import { type Tables, transact } from '../platform/table.ts'
import { type Criteria, type Undeclared, undeclared } from './criteria.ts'
import { listPut } from './export-list.ts'
import type { ExportMessage } from './export-message.ts'
import { exportPut, exportTtl } from './export-record.ts'

export type ExportDesk = {
  tables: Pick<Tables, 'db' | 'main' | 'ledger'>
  policy: Policy
  send: Send<ExportMessage>
  clock: () => Date
}
export type Requested = { kind: 'requested'; exportId: string } | Undeclared

/** Orders an export: who asked, when and for what is in the ledger before any work begins (EXP-02). */
export async function requestExport(
  { tables, policy, send, clock }: ExportDesk,
  staff: string,
  criteria: Criteria,
): Promise<Requested> {
  const refusal = undeclared(policy, criteria)
  if (refusal !== undefined) return refusal
  const at = clock()
  const exportId = orderedId(at)
  const ttl = exportTtl(at, policy.retention.recall)
  const outcome = await transact(tables.db, [
    listPut(tables, exportId, ttl),
    exportPut(tables, exportId, {
      state: 'running',
      criteria,
      requestedBy: staff,
      requestedAt: at.toISOString(),
      ttl,
    }),
    {
      Put: auditPut(tables, {
        at,
        staff,
        action: 'export-requested',
        subject: exportId,
        details: criteria,
      }),
    },
  ])
  if (outcome.kind === 'refused') throw new Error('a new export met one of its own id')
  await send({ kind: 'start', exportId })
  return { kind: 'requested', exportId }
}
