import { DeleteItemCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { readPartition, type Tables, toItem } from '../platform/table.ts'

/** The campaigns that are under way, for whoever looks after them: `K#open` / `<campaignId>`. */
const pk = 'K#open'

export function openPut(tables: Pick<Tables, 'main'>, campaignId: string): TransactWriteItem {
  return { Put: { TableName: tables.main, Item: toItem({ pk, sk: campaignId }) } }
}

export async function* openCampaigns({
  db,
  main,
}: Pick<Tables, 'db' | 'main'>): AsyncGenerator<string> {
  for await (const { sk } of readPartition(db, main, pk)) yield String(sk)
}

export async function noLongerOpen(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  campaignId: string,
): Promise<void> {
  await db.send(new DeleteItemCommand({ TableName: main, Key: toItem({ pk, sk: campaignId }) }))
}
