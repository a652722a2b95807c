import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { fromItem, type Item, type Tables, toItem } from '../platform/table.ts'
import type { HitMessage } from './hit-message.ts'

/**
 * One network over many recipients, as a company's mail gateway fetches on delivery (TRACK-09): `F#<network>` /
 * `<minute>`, whose messages were fetched from there within that minute. The network is a hash that no other
 * day's can be compared with; the item is bounded, and its time is over ten minutes later (TRACK-05).
 */
export type Crowd = {
  /** Milliseconds since 1970. */
  minute: number
  messages: readonly { campaignId: string; messageId: string }[]
}

/** More people than share a desk or a home, and than read their mail in the same minute. */
const crowdOf = 10
/** What comes after these is of the same crowd. */
const mostRemembered = 40
const minuteMs = 60_000
const keptSeconds = 600

export const minuteOf = (at: number): number => Math.floor(at / minuteMs) * minuteMs
/** What tells one network's minute from another's. */
export const crowdKey = ({ network, at }: Pick<HitMessage, 'network' | 'at'>): string =>
  `${network} ${minuteOf(Date.parse(at))}`

/**
 * Remembers who was fetched for, of each network and minute, over all batches.
 * @returns those that are crowds by now, with everybody who was fetched for before it could be known.
 */
export async function crowdsAmong(
  tables: Pick<Tables, 'db' | 'main'>,
  hits: readonly HitMessage[],
): Promise<ReadonlyMap<string, Crowd>> {
  const found = await Promise.all(
    [...Map.groupBy(hits, crowdKey)].map(async ([key, theirs]) => {
      const [first] = theirs
      if (first === undefined) return []
      const minute = minuteOf(Date.parse(first.at))
      const messages = await remember(tables, { network: first.network, minute, hits: theirs })
      return messages.length < crowdOf ? [] : [[key, { minute, messages }] as const]
    }),
  )
  return new Map(found.flat())
}

async function remember(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  { network, minute, hits }: { network: string; minute: number; hits: readonly HitMessage[] },
): Promise<Crowd['messages']> {
  const named = new Set(hits.map(({ campaignId, messageId }) => `${campaignId}${messageId}`))
  try {
    const { Attributes = {} } = await db.send(
      new UpdateItemCommand({
        TableName: main,
        Key: toItem({ pk: `F#${network}`, sk: new Date(minute).toISOString() }),
        UpdateExpression: 'SET #ttl = :ttl ADD #for :messages',
        ConditionExpression: 'attribute_not_exists(#for) OR size(#for) < :most',
        ExpressionAttributeNames: { '#ttl': 'ttl', '#for': 'fetchedFor' },
        ExpressionAttributeValues: toItem({
          ':ttl': minute / 1000 + keptSeconds,
          ':messages': new Set([...named].slice(0, mostRemembered)),
          ':most': mostRemembered,
        }),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    )
    return messagesIn(Attributes)
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return messagesIn(error.Item ?? {})
    throw error
  }
}

const fetchedForSchema = v.object({ fetchedFor: v.instance(Set) })
const messageSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{48}$/))

function messagesIn(item: Item): Crowd['messages'] {
  const { fetchedFor } = v.parse(fetchedForSchema, fromItem(item))
  return [...fetchedFor].map((each) => {
    const name = v.parse(messageSchema, each)
    return { campaignId: name.slice(0, 16), messageId: name.slice(16) }
  })
}
