import { auditPut } from '../consent/ledger.ts'
import { type Tables, toItem, transact } from '../platform/table.ts'
import { type Campaign, campaignKey } from './campaign-record.ts'

export type SelfPause = {
  at: Date
  /** What it has paused itself for; stays on it until it is resumed. */
  why: Pick<Campaign, 'stopped'> | Pick<Campaign, 'refused'>
  /** What the audit trail says of it. */
  details: Record<string, unknown>
  /** What of the campaign must still hold. */
  onlyWhile?: string
}

/**
 * A campaign pauses itself, in one transaction with the word of it in the audit trail. Of several workers one pauses
 * it, and none that a colleague has paused or cancelled.
 * @returns whether this was the one.
 */
export async function pauseItself(
  tables: Pick<Tables, 'db' | 'main' | 'ledger'>,
  campaignId: string,
  { at, why, details, onlyWhile }: SelfPause,
): Promise<boolean> {
  const set = Object.keys(why).map((name) => `, ${name} = :${name}`)
  const goesOn = '#state IN (:planning, :sending)'
  const outcome = await transact(tables.db, [
    {
      Update: {
        TableName: tables.main,
        Key: toItem(campaignKey(campaignId)),
        UpdateExpression: `SET #state = :paused${set.join('')}`,
        ConditionExpression: onlyWhile === undefined ? goesOn : `${goesOn} AND ${onlyWhile}`,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: toItem({
          ':paused': 'paused',
          ':planning': 'planning',
          ':sending': 'sending',
          ...Object.fromEntries(Object.entries(why).map(([name, value]) => [`:${name}`, value])),
        }),
      },
    },
    {
      Put: auditPut(tables, {
        at,
        staff: 'system',
        action: 'campaign-pause',
        subject: campaignId,
        details,
      }),
    },
  ])
  return outcome.kind === 'written'
}
