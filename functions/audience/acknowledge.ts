import { auditPut } from '../consent/ledger.ts'
import { type Tables, transact } from '../platform/table.ts'
import { placeIn } from './delta.ts'
import { readExport } from './export-record.ts'
import { acknowledgedUpdate, isRecall } from './recall-record.ts'

export type Acknowledged = { kind: 'acknowledged' | 'unknown' | 'bad-cursor' }

/**
 * The recipient has dropped or corrected everybody up to a cursor (EXP-04). It moves only on; one that
 * no answer of ours ever gave is refused, or it would acknowledge what is yet to come.
 */
export async function acknowledge(
  { tables, clock }: { tables: Pick<Tables, 'db' | 'main' | 'ledger'>; clock: () => Date },
  staff: string,
  { exportId, cursor }: { exportId: string; cursor: string },
): Promise<Acknowledged> {
  const at = clock()
  const stored = await readExport(tables, exportId, at)
  if (stored === undefined) return { kind: 'unknown' }
  const place = placeIn(cursor)
  if (place === undefined || !(await isRecall(tables, exportId, place))) {
    return { kind: 'bad-cursor' }
  }
  await transact(tables.db, [
    acknowledgedUpdate(tables, exportId, { place, at }),
    {
      Put: auditPut(tables, {
        at,
        staff,
        action: 'recalls-acknowledged',
        subject: exportId,
        details: { recipient: stored.record.criteria.recipient, to: place },
      }),
    },
  ])
  return { kind: 'acknowledged' }
}
