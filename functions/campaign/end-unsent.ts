import { contactItemKey, parseContact } from '../contact/contact.ts'
import { readPartition, readTogether } from '../platform/table.ts'
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
    if (batch.state === 'leaving') continue
    const contacts = await readTogether(
      tables.db,
      batch.contactIds.map((contactId) => ({ table: tables.main, key: contactItemKey(contactId) })),
    )
    await storeOutcomes(tables, campaignId, {
      batch,
      outcomes: batch.contactIds.map((contactId, index) => ({
        messageId: messageIdOf(key, contactId),
        state: 'skipped',
        reason: reasonOf(contacts[index]),
      })),
      at: clock(),
      batchWrite: batchDelete(tables, campaignId, batch.batchId),
    })
    count++
  }
  if (count > 0) log.info('batches of a cancelled campaign have ended', { campaignId, count })
}

/** Of who is being erased, or was, no message may stay. */
function reasonOf(contact: Record<string, unknown> | undefined): 'gone' | 'erasing' | 'cancelled' {
  if (contact === undefined) return 'gone'
  return parseContact(contact).erasing === undefined ? 'cancelled' : 'erasing'
}
