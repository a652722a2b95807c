import * as v from 'valibot'
import { campaignIdSchema } from '../campaign/campaign-record.ts'
import { figuresPk } from '../campaign/figures-record.ts'
import { readTogether, type Tables } from '../platform/table.ts'

/** A colleague's wish that a campaign's totals be counted anew; worked off with the planning. */
export const recountMessageSchema = v.object({
  kind: v.literal('recount'),
  campaignId: campaignIdSchema,
})
export type RecountMessage = v.InferOutput<typeof recountMessageSchema>

/** The last time that a campaign's totals were counted anew: `N#<campaignId>` / `R`. */
const recountSchema = v.object({
  at: v.pipe(v.string(), v.isoTimestamp()),
  /** `busy`: people kept reading while it was counted, so nothing was changed. */
  outcome: v.picklist(['right', 'corrected', 'busy']),
  /** By which figures the totals were wrong, and how much was added to each. */
  corrected: v.record(v.string(), v.number()),
})
export type Recount = v.InferOutput<typeof recountSchema>

export const recountKey = (campaignId: string): { pk: string; sk: string } => ({
  pk: figuresPk(campaignId),
  sk: 'R',
})

export async function readRecount(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  campaignId: string,
): Promise<Recount | undefined> {
  const [item] = await readTogether(db, [{ table: main, key: recountKey(campaignId) }])
  return item === undefined ? undefined : v.parse(recountSchema, item)
}
