import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { toItem } from '../platform/table.ts'
import type { Figures } from './figures.ts'

/**
 * A campaign's figures, in `N#<campaignId>`, each an attribute. They are written in the transaction that
 * changes what they count, so neither is without the other. Sums over many messages, which name nobody:
 * they stay when a person goes, and go when the campaign's messages go.
 *
 * - `T#<shard>`: totals. `H#<day>#<shard>`: a day's hours. `U#<shard>`: who stopped through it.
 * - `G#<shard>`: of the totals, what messages gave that are there no more; so that they can be counted anew.
 */
export const figuresPk = (campaignId: string): string => `N#${campaignId}`
export const figureShards = 16
/** A mail that displeases thousands at once makes none of them wait for another (UNSUB-10). */
const stopShards = 64

export type FigureChange = {
  campaignId: string
  /** What has changed, in hexadecimal: it only chooses the shard, whose name holds nothing of it. */
  spread: string
  ttl: number
}

const shardOf = (spread: string, shards: number): number =>
  Number.parseInt(spread.slice(0, 2), 16) % shards

export const totalsKey = (campaignId: string, shard: number): { pk: string; sk: string } => ({
  pk: figuresPk(campaignId),
  sk: `T#${shard}`,
})
export const goneKey = (campaignId: string, shard: number): { pk: string; sk: string } => ({
  pk: figuresPk(campaignId),
  sk: `G#${shard}`,
})

/** The writes that carry a change into the totals and hours. */
export function figureWrites(
  main: string,
  { totals, hours = {}, ...of }: FigureChange & { totals: Figures; hours?: Figures },
): TransactWriteItem[] {
  const shard = shardOf(of.spread, figureShards)
  const days = Map.groupBy(Object.entries(hours), ([name]) => name.slice(0, 10))
  return [
    ...addition(main, totalsKey(of.campaignId, shard), { figures: totals, ttl: of.ttl }),
    ...[...days].flatMap(([day, ofDay]) =>
      addition(
        main,
        { pk: figuresPk(of.campaignId), sk: `H#${day}#${shard}` },
        { figures: Object.fromEntries(ofDay), ttl: of.ttl },
      ),
    ),
  ]
}

/** What a message gave to the totals and, from now on, cannot be seen of it any more. */
export function goneWrites(
  main: string,
  { campaignId, spread, ttl, figures }: FigureChange & { figures: Figures },
): TransactWriteItem[] {
  return addition(main, goneKey(campaignId, shardOf(spread, figureShards)), { figures, ttl })
}

/** One more who stopped through the campaign's mail, or one less. */
export function stopWrites(
  main: string,
  { campaignId, spread, ttl, by }: FigureChange & { by: 1 | -1 },
): TransactWriteItem[] {
  const key = { pk: figuresPk(campaignId), sk: `U#${shardOf(spread, stopShards)}` }
  return addition(main, key, { figures: { unsubscribed: by }, ttl })
}

/** @returns the one write, or none where nothing changes. */
export function addition(
  main: string,
  key: { pk: string; sk: string },
  { figures, ttl }: { figures: Figures; ttl: number },
): TransactWriteItem[] {
  const all = Object.entries(figures)
  if (all.length === 0) return []
  return [
    {
      Update: {
        TableName: main,
        Key: toItem(key),
        UpdateExpression: `SET #ttl = :ttl ADD revision :one, ${all.map((_, at) => `#f${at} :f${at}`).join(', ')}`,
        ExpressionAttributeNames: {
          '#ttl': 'ttl',
          ...Object.fromEntries(all.map(([name], at) => [`#f${at}`, name])),
        },
        ExpressionAttributeValues: toItem({
          ':ttl': ttl,
          ':one': 1,
          ...Object.fromEntries(all.map(([, by], at) => [`:f${at}`, by])),
        }),
      },
    },
  ]
}
