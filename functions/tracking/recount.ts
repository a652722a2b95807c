import { PutItemCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { readCampaign } from '../campaign/campaign-record.ts'
import { addTo, difference, type Figures } from '../campaign/figures.ts'
import { addition, figureShards, goneKey, totalsKey } from '../campaign/figures-record.ts'
import { messagePartitions, parseMessage } from '../campaign/message-record.ts'
import { type FigureShard, readShards, sumOf } from '../campaign/read-figures.ts'
import type { Log } from '../platform/log.ts'
import { readPartition, type Tables, toItem, transact } from '../platform/table.ts'
import { messageTotals } from './message-totals.ts'
import { type Recount, recountKey } from './recount-record.ts'
import { trackedOf } from './tracked.ts'

export type RecountWork = { tables: Pick<Tables, 'db' | 'main'>; log: Log; clock: () => Date }

const attempts = 5
/** Partitions that are read at the same time; of each, one page is in memory. */
const atOnce = 4
/** No count is begun later, and one of millions of messages is done before the worker's time is over. */
const longestMs = 120_000

/**
 * Counts a campaign's totals anew from its messages, and from what erased ones had given, and adds what
 * is missing. Exact or not at all: it is written only if no figure has changed since the count began, so
 * while people read the mail in thousands it gives up and says so. Hours are of hits that no message
 * remembers any more, and each stop stands with its person alone: neither is counted anew.
 */
export async function recount(work: RecountWork, campaignId: string): Promise<void> {
  const { tables, clock, log } = work
  const begun = clock()
  const campaign = await readCampaign(tables, campaignId, begun)
  if (campaign?.ttl === undefined) return
  const { ttl } = campaign
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (clock().getTime() - begun.getTime() > longestMs) break
    const corrected = await recountOnce(work, campaignId, ttl)
    if (corrected === undefined) continue
    log.info('figures were counted anew', { campaignId, count: Object.keys(corrected).length })
    return
  }
  const busy: Recount = { at: clock().toISOString(), outcome: 'busy', corrected: {} }
  await tables.db.send(
    new PutItemCommand({
      TableName: tables.main,
      Item: toItem({ ...recountKey(campaignId), ...busy, ttl }),
    }),
  )
}

/** @returns what was corrected; undefined when something changed meanwhile. */
async function recountOnce(
  { tables, clock }: RecountWork,
  campaignId: string,
  ttl: number,
): Promise<Figures | undefined> {
  const { db, main } = tables
  const totals = await readShards(tables, campaignId, 'T#')
  const gone = await readShards(tables, campaignId, 'G#')
  const truth: Record<string, number> = { ...sumOf(gone) }
  const partitions = messagePartitions(campaignId)
  for (let start = 0; start < partitions.length; start += atOnce) {
    await Promise.all(
      partitions.slice(start, start + atOnce).map((pk) => addMessages(tables, pk, truth)),
    )
  }
  const corrected = difference(sumOf(totals), truth)
  const isRight = Object.keys(corrected).length === 0
  const done: Recount = {
    at: clock().toISOString(),
    outcome: isRight ? 'right' : 'corrected',
    corrected,
  }
  const { kind } = await transact(db, [
    ...Array.from({ length: figureShards }, (_, shard) => [
      ...unchanged(main, totalsKey(campaignId, shard), {
        shards: totals,
        also:
          shard === 0 ? addition(main, totalsKey(campaignId, 0), { figures: corrected, ttl }) : [],
      }),
      ...unchanged(main, goneKey(campaignId, shard), { shards: gone, also: [] }),
    ]).flat(),
    { Put: { TableName: main, Item: toItem({ ...recountKey(campaignId), ...done, ttl }) } },
  ])
  return kind === 'written' ? corrected : undefined
}

/** Holds while the shard is as it was read; what is to be written to it is written on that condition. */
function unchanged(
  main: string,
  key: { pk: string; sk: string },
  { shards, also }: { shards: readonly FigureShard[]; also: TransactWriteItem[] },
): TransactWriteItem[] {
  const revision = shards.find(({ sk }) => sk === key.sk)?.revision
  const ConditionExpression =
    revision === undefined ? 'attribute_not_exists(pk)' : 'revision = :revision'
  const values = toItem({ ':revision': revision })
  const [update] = also
  if (update?.Update !== undefined) {
    const ExpressionAttributeValues = { ...update.Update.ExpressionAttributeValues, ...values }
    return [{ Update: { ...update.Update, ConditionExpression, ExpressionAttributeValues } }]
  }
  return [
    {
      ConditionCheck: {
        TableName: main,
        Key: toItem(key),
        ConditionExpression,
        ...(revision === undefined ? {} : { ExpressionAttributeValues: values }),
      },
    },
  ]
}

async function addMessages(
  { db, main }: RecountWork['tables'],
  pk: string,
  truth: Record<string, number>,
): Promise<void> {
  for await (const item of readPartition(db, main, pk)) {
    addTo(truth, messageTotals(parseMessage(item), trackedOf(item)))
  }
}
