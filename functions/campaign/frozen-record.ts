import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { type Tables, toItem } from '../platform/table.ts'
import { campaignKey } from './campaign-record.ts'
import type { FrozenMail } from './freeze.ts'

/** A mail as it was drawn when its campaign started: `K#<campaignId>` / `F#<language>`. */
const frozenSchema = v.object({
  language: v.string(),
  subject: v.string(),
  html: v.string(),
  text: v.string(),
  blocks: v.optional(
    v.array(v.object({ interests: v.array(v.string()), html: v.string(), text: v.string() })),
    [],
  ),
})

export const frozenKey = (campaignId: string, language: string) => ({
  pk: campaignKey(campaignId).pk,
  sk: `F#${language}`,
})

export function frozenPut(
  tables: Pick<Tables, 'main'>,
  campaignId: string,
  { mail, ttl }: { mail: FrozenMail; ttl: number },
): TransactWriteItem {
  return {
    Put: {
      TableName: tables.main,
      Item: toItem({ ...frozenKey(campaignId, mail.language), ...mail, ttl }),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  }
}

/** @throws when the campaign has no such mail: then it must not be sent in any other. */
export function parseFrozen(item: Record<string, unknown> | undefined): FrozenMail {
  return v.parse(frozenSchema, item)
}
