import { auditPut } from '../consent/ledger.ts'
import { refusesAll } from '../platform/bulk-mailer.ts'
import type { Log } from '../platform/log.ts'
import { type Tables, toItem, transact } from '../platform/table.ts'
import { type Campaign, campaignKey } from './campaign-record.ts'

export type RefusalDesk = {
  tables: Pick<Tables, 'db' | 'main' | 'ledger'>
  log: Log
  clock: () => Date
}

/**
 * What keeps all mails of a batch from leaving; undefined where it may be the fault of single ones. What
 * only one mail is refused for says nothing of the others, unless it cannot be of one.
 */
export function sharedRefusal(reasons: readonly (string | undefined)[]): string | undefined {
  const [because, ...others] = reasons
  if (because === undefined || others.some((other) => other !== because)) return undefined
  return others.length > 0 || refusesAll.has(because) ? because : undefined
}

/**
 * A campaign of which a whole batch is refused for one reason pauses itself: its other mails would fare no
 * better, and what has failed is never sent again. Whoever resumes it has that batch tried once more.
 * @param count mails of the batch.
 */
export async function pauseRefused(
  { tables, log, clock }: RefusalDesk,
  campaignId: string,
  { because, count }: { because: string; count: number },
): Promise<void> {
  const at = clock()
  const outcome = await transact(tables.db, [
    {
      Update: {
        TableName: tables.main,
        Key: toItem(campaignKey(campaignId)),
        UpdateExpression: 'SET #state = :paused, refused = :refused',
        // Of several workers one pauses it, and none that a colleague has paused or cancelled.
        ConditionExpression: '#state IN (:planning, :sending)',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: toItem({
          ':paused': 'paused',
          ':planning': 'planning',
          ':sending': 'sending',
          ':refused': { because, count, at: at.toISOString() } satisfies Campaign['refused'],
        }),
      },
    },
    {
      Put: auditPut(tables, {
        at,
        staff: 'system',
        action: 'campaign-pause',
        subject: campaignId,
        details: { for: 'refusals', because, count },
      }),
    },
  ])
  if (outcome.kind === 'written') {
    log.info('a campaign is refused', { campaignId, kind: because, count })
  }
}
