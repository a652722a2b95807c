import * as v from 'valibot'
import { readPartition, type Tables } from '../platform/table.ts'
import { addTo, type Figures } from './figures.ts'
import { figuresPk } from './figures-record.ts'

/** One shard: its figures, and how often it was written. */
const shardSchema = v.pipe(
  v.objectWithRest(
    { pk: v.string(), sk: v.string(), ttl: v.number(), revision: v.number() },
    v.number(),
  ),
  v.transform(({ pk: _, sk, ttl: _ttl, revision, ...figures }) => ({ sk, revision, figures })),
)
export type FigureShard = v.InferOutput<typeof shardSchema>

/** @param kind `T#`, `G#`, `H#` or `U#`. */
export async function readShards(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  campaignId: string,
  kind: string,
): Promise<FigureShard[]> {
  const items = await Array.fromAsync(readPartition(db, main, figuresPk(campaignId), kind))
  return items.map((item) => v.parse(shardSchema, item))
}

export function sumOf(shards: readonly FigureShard[]): Figures {
  const sums: Record<string, number> = {}
  for (const { figures } of shards) addTo(sums, figures)
  return sums
}
