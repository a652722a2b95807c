import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { readTogether, type Tables, toItem, transact } from '../platform/table.ts'
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
 * Remembers who was fetched for, of each network and minute, over all batches: one read and one transaction
 * for a batch. Of two batches at the very same moment neither may see the crowd; the next fetch of it does.
 * @returns those that are crowds by now, with everybody who was fetched for before it could be known.
 */
export async function crowdsAmong(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  hits: readonly HitMessage[],
): Promise<ReadonlyMap<string, Crowd>> {
  const groups = [...Map.groupBy(hits, crowdKey)].flatMap(([name, theirs]) => {
    const [first] = theirs
    if (first === undefined) return []
    const minute = minuteOf(Date.parse(first.at))
    const key = { pk: `F#${first.network}`, sk: new Date(minute).toISOString() }
    return [{ name, minute, key, fetched: new Set(theirs.map(nameOf)) }]
  })
  const known = await readTogether(
    db,
    groups.map(({ key }) => ({ table: main, key })),
  )
  const seen = groups.map((group, index) => {
    const before = fetchedForIn(known[index])
    const room = before.size < mostRemembered
    const fresh = [...group.fetched].filter((each) => room && !before.has(each))
    return { ...group, fresh, all: new Set([...before, ...group.fetched]) }
  })
  const writes = seen.flatMap((each) => additions(main, each))
  if (writes.length > 0) await transact(db, writes)
  return new Map(
    seen.flatMap(({ name, minute, all }) =>
      all.size < crowdOf ? [] : [[name, { minute, messages: [...all].map(messageOf) }] as const],
    ),
  )
}

type Seen = { key: Record<string, string>; minute: number; fresh: readonly string[] }

function additions(main: string, { key, minute, fresh }: Seen): TransactWriteItem[] {
  if (fresh.length === 0) return []
  return [
    {
      Update: {
        TableName: main,
        Key: toItem(key),
        UpdateExpression: 'SET #ttl = :ttl ADD #for :messages',
        ExpressionAttributeNames: { '#ttl': 'ttl', '#for': 'fetchedFor' },
        ExpressionAttributeValues: toItem({
          ':ttl': minute / 1000 + keptSeconds,
          ':messages': new Set(fresh.slice(0, mostRemembered)),
        }),
      },
    },
  ]
}

const nameSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{48}$/))
const itemSchema = v.optional(v.object({ fetchedFor: v.set(nameSchema) }))

const fetchedForIn = (item: Record<string, unknown> | undefined): ReadonlySet<string> =>
  v.parse(itemSchema, item)?.fetchedFor ?? new Set()

const nameOf = ({ campaignId, messageId }: HitMessage): string => `${campaignId}${messageId}`
const messageOf = (name: string) => ({ campaignId: name.slice(0, 16), messageId: name.slice(16) })
