import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { toItem } from '../platform/table.ts'
import type { Figures } from './figures.ts'

/**
 * A campaign's figures, in `N#<campaignId>`: totals in `T#<shard>`, a day's hours in `H#<day>#<shard>`,
 * each figure an attribute. Sums over many messages: they go when the campaign's messages go.
 */
export const statisticsPk = (campaignId: string): string => `N#${campaignId}`
const shards = 8

export type FigureChange = {
  campaignId: string
  /** The message whose hits these are, which only chooses the shard. */
  messageId: string
  totals: Figures
  hours: Figures
  ttl: number
}

/** The writes that carry a change into the figures, for the transaction that makes it. */
export function figureWrites(main: string, change: FigureChange): TransactWriteItem[] {
  const { campaignId, messageId, ttl } = change
  const shard = Number.parseInt(messageId.slice(0, 2), 16) % shards
  const days = Map.groupBy(Object.entries(change.hours), ([name]) => name.slice(0, 10))
  const sums: [string, [string, number][]][] = [
    [`T#${shard}`, Object.entries(change.totals)],
    ...[...days].map(([day, hours]): [string, [string, number][]] => [`H#${day}#${shard}`, hours]),
  ]
  return sums
    .filter(([, figures]) => figures.length > 0)
    .map(([sk, figures]) => ({
      Update: {
        TableName: main,
        Key: toItem({ pk: statisticsPk(campaignId), sk }),
        UpdateExpression: `SET #ttl = :ttl ADD ${figures.map((_, at) => `#f${at} :f${at}`).join(', ')}`,
        ExpressionAttributeNames: {
          '#ttl': 'ttl',
          ...Object.fromEntries(figures.map(([name], at) => [`#f${at}`, name])),
        },
        ExpressionAttributeValues: toItem({
          ':ttl': ttl,
          ...Object.fromEntries(figures.map(([, by], at) => [`:f${at}`, by])),
        }),
      },
    }))
}
