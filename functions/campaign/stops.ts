import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { contactItemKey } from '../contact/contact.ts'
import { readPartition, readTogether, type Tables, toItem } from '../platform/table.ts'
import { stopWrites } from './figures-record.ts'

/**
 * Whether somebody counts among those who stopped through a campaign: `C#<contactId>` / `U#<campaignId>`.
 * One for each campaign, however often and of how much they stopped through it, so that they count once,
 * and no longer when they took it back. Written with the figure, in the act's own transaction; it tells no
 * more than the history does, goes with the person, and as soon as the figure.
 */
export type Stop = { contactId: string; campaignId: string; ttl: number }
type Store = Pick<Tables, 'db' | 'main'>

const prefix = 'U#'
const keyOf = ({ contactId, campaignId }: Omit<Stop, 'ttl'>) => ({
  pk: contactItemKey(contactId).pk,
  sk: `${prefix}${campaignId}`,
})

/** To count one more, and where they count already, to see that they do: one of both holds at any moment. */
export function stopWays(main: string, stop: Stop): TransactWriteItem[][] {
  return [
    [markUpdate(main, stop, { was: false, is: true }), ...figureWrites(main, stop, 1)],
    [markUpdate(main, stop, { was: true, is: true })],
  ]
}

/** To count one less, of somebody who counts. */
export function stopTakenBack(main: string, stop: Stop): TransactWriteItem[] {
  return [markUpdate(main, stop, { was: true, is: false }), ...figureWrites(main, stop, -1)]
}

const figureWrites = (main: string, stop: Stop, by: 1 | -1): TransactWriteItem[] =>
  stopWrites(main, { ...stop, spread: stop.contactId, by })

/** An update where a delete would do, so that its role need not be one that can delete contacts. */
function markUpdate(
  main: string,
  stop: Stop,
  { was, is }: { was: boolean; is: boolean },
): TransactWriteItem {
  return {
    Update: {
      TableName: main,
      Key: toItem(keyOf(stop)),
      UpdateExpression: 'SET counted = :is, #ttl = :ttl',
      ConditionExpression: was ? 'counted = :was' : 'attribute_not_exists(pk) OR counted = :was',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: toItem({ ':was': was, ':is': is, ':ttl': stop.ttl }),
    },
  }
}

const stopSchema = v.object({ sk: v.string(), counted: v.boolean(), ttl: v.number() })

export async function countsAsStopped(
  { db, main }: Store,
  of: Omit<Stop, 'ttl'>,
): Promise<boolean> {
  const [item] = await readTogether(db, [{ table: main, key: keyOf(of) }])
  return item !== undefined && v.parse(stopSchema, item).counted
}

/** Each campaign through which somebody stopped, and when that is forgotten. */
export async function* readStops(
  { db, main }: Store,
  contactId: string,
): AsyncGenerator<{ campaignId: string; counted: boolean; forgottenAt: Date }> {
  const { pk } = contactItemKey(contactId)
  for await (const item of readPartition(db, main, pk, prefix)) {
    const { sk, counted, ttl } = v.parse(stopSchema, item)
    yield { campaignId: sk.slice(prefix.length), counted, forgottenAt: new Date(ttl * 1000) }
  }
}
