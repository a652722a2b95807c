import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { listedBefore } from '../platform/listed.ts'
import { readPartition, type Tables, toItem } from '../platform/table.ts'
import { type Campaign, campaignKey, parseCampaign } from './campaign-record.ts'

/** All campaigns by the time they were begun: `K#` / `<time>#<campaignId>`. */
const listPk = 'K#'

export type ListedCampaign = { campaignId: string; campaign: Campaign }

export function listPut(
  tables: Pick<Tables, 'main'>,
  campaignId: string,
  at: Date,
): TransactWriteItem {
  const sk = `${at.toISOString()}#${campaignId}`
  return { Put: { TableName: tables.main, Item: toItem({ pk: listPk, sk }) } }
}

/** All campaigns there are, oldest first. */
export async function* allCampaigns({
  db,
  main,
}: Pick<Tables, 'db' | 'main'>): AsyncGenerator<string> {
  for await (const { sk } of readPartition(db, main, listPk)) yield idAt(String(sk))
}

const onePage = 50
const idAt = (place: string): string => place.slice(place.indexOf('#') + 1)

/**
 * Campaigns, newest first.
 * @param before the `next` of the page before; from the newest on when left out.
 */
export async function campaignsBefore(
  tables: Pick<Tables, 'db' | 'main'>,
  before: string | undefined,
  now: Date,
): Promise<{ campaigns: ListedCampaign[]; next: string | undefined }> {
  const { listed, next } = await listedBefore(
    tables,
    { list: listPk, before, limit: onePage, keyOf: (place) => campaignKey(idAt(place)) },
    now,
  )
  const campaigns = listed.map(({ place, item }) => {
    return { campaignId: idAt(place), campaign: parseCampaign(item) }
  })
  return { campaigns, next }
}
