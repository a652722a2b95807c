import { QueryCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { fromItem, isPastTtl, readTogether, type Tables, toItem } from '../platform/table.ts'
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

const placeSchema = v.object({ sk: v.string() })
const onePage = 50

/**
 * Campaigns, newest first.
 * @param before the `next` of the page before; from the newest on when left out.
 */
export async function campaignsBefore(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  before: string | undefined,
  now: Date,
): Promise<{ campaigns: ListedCampaign[]; next: string | undefined }> {
  const { Items = [], LastEvaluatedKey } = await db.send(
    new QueryCommand({
      TableName: main,
      KeyConditionExpression: before === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :before',
      ExpressionAttributeValues: toItem({ ':pk': listPk, ':before': before }),
      ScanIndexForward: false,
      ConsistentRead: true,
      Limit: onePage,
    }),
  )
  const places = Items.map((item) => v.parse(placeSchema, fromItem(item)).sk)
  const ids = places.map((place) => place.slice(place.indexOf('#') + 1))
  const items = await readTogether(
    db,
    ids.map((campaignId) => ({ table: main, key: campaignKey(campaignId) })),
  )
  const campaigns = ids.flatMap((campaignId, index) => {
    const item = items[index]
    return item === undefined || isPastTtl(item, now)
      ? []
      : { campaignId, campaign: parseCampaign(item) }
  })
  return { campaigns, next: LastEvaluatedKey === undefined ? undefined : places.at(-1) }
}
