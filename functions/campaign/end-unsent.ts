import { readPartition } from '../platform/table.ts'
import { batchDelete, batchPk, parseBatch } from './batch-record.ts'
import type { Campaign } from './campaign-record.ts'
import { messageIdOf } from './message-record.ts'
import type { PlanWork } from './plan-work.ts'
import { storeOutcomes } from './store-outcomes.ts'

/**
 * What of a cancelled campaign has not left never will: its messages say so, and its batches go. Nobody
 * can let one leave any more, so one that is being written ends like the others; one that was leaving
 * when the campaign was cancelled is its worker's, or the repair's.
 */
export async function endUnsent(
  { tables, clock, log }: Pick<PlanWork, 'tables' | 'clock' | 'log'>,
  campaignId: string,
  { key }: Pick<Campaign, 'key'>,
): Promise<void> {
  let count = 0
  for await (const item of readPartition(tables.db, tables.main, batchPk(campaignId))) {
    const batch = parseBatch(item)
    const { state, contactIds } = batch
    if (state === 'leaving') continue
    await storeOutcomes(tables, campaignId, {
      batch,
      outcomes: contactIds.map((contactId) => ({
        messageId: messageIdOf(key, contactId),
        state: 'skipped',
        reason: 'cancelled',
      })),
      at: clock(),
      batchWrite: batchDelete(tables, campaignId, batch.batchId),
    })
    count++
  }
  if (count > 0) log.info('batches of a cancelled campaign have ended', { campaignId, count })
}
