import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { readPartition, type Tables, toItem } from '../platform/table.ts'
import { campaignIdSchema } from './campaign-record.ts'

/** Campaigns that start by themselves, by when: `K#due` / `<time>#<campaignId>`. */
const pk = 'K#due'
const placeSchema = v.object({ sk: v.string() })

const placeOf = (campaignId: string, at: Date) => ({ pk, sk: `${at.toISOString()}#${campaignId}` })

export function duePut(
  tables: Pick<Tables, 'main'>,
  campaignId: string,
  at: Date,
): TransactWriteItem {
  return { Put: { TableName: tables.main, Item: toItem(placeOf(campaignId, at)) } }
}

export function dueDelete(
  tables: Pick<Tables, 'main'>,
  campaignId: string,
  at: Date,
): TransactWriteItem {
  return { Delete: { TableName: tables.main, Key: toItem(placeOf(campaignId, at)) } }
}

/** Those whose time has come. */
export async function* dueCampaigns(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  now: Date,
): AsyncGenerator<string> {
  for await (const item of readPartition(db, main, pk, {
    from: '0',
    to: `${now.toISOString()}$`,
  })) {
    const { sk } = v.parse(placeSchema, item)
    yield v.parse(campaignIdSchema, sk.slice(sk.indexOf('#') + 1))
  }
}
