import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { batchKey, parseBatch } from '../../functions/campaign/batch-record.ts'
import { campaignKey } from '../../functions/campaign/campaign-record.ts'
import { toItem } from '../../functions/platform/table.ts'
import type { Books } from '../support/e2e-books.ts'
import { campaignsIn } from './campaigns-in.ts'

const hourMs = 61 * 60_000

/**
 * Lets the hour pass after which the repair settles what died half way (design §9). The functions go by
 * the machine's clock, so what they have noted is moved into the past instead; only while nothing works.
 */
export async function anHourPasses(books: Books): Promise<void> {
  const { db, main } = books.store.tables
  const moved = (Key: { pk: string; sk: string }, name: string, time: string) =>
    db.send(
      new UpdateItemCommand({
        TableName: main,
        Key: toItem(Key),
        UpdateExpression: 'SET #name = :earlier',
        ConditionExpression: '#name = :time',
        ExpressionAttributeNames: { '#name': name },
        ExpressionAttributeValues: toItem({
          ':time': time,
          ':earlier': new Date(Date.parse(time) - hourMs).toISOString(),
        }),
      }),
    )
  for (const { id, at, batchId } of await batchesIn(books)) {
    await moved(batchKey(id, batchId), 'at', at)
  }
  for (const { id, campaign } of await campaignsIn(books)) {
    if (campaign.state !== 'planning' || campaign.startedAt === undefined) continue
    await moved(campaignKey(id), 'startedAt', campaign.startedAt)
  }
}

/** What has not left, or of which it is not known. */
export async function batchesIn({ all }: Books) {
  const items = await all('main')
  return items
    .filter(({ pk }) => /^B#/.test(String(pk)))
    .map((item) => ({ id: String(item.pk).slice(2), ...parseBatch(item) }))
}
