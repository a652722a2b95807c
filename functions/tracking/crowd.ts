import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { readTogether, type Tables, toItem, transact } from '../platform/table.ts'
import type { HitMessage } from './hit-message.ts'

/**
 * One network over many recipients, as a company's mail gateway fetches on delivery (TRACK-09): `F#<network>` /
 * `<slice>`, whose messages were fetched from there within that half minute. The network is a hash that no other
 * day's can be compared with; the item is bounded, and its time is over ten minutes later (TRACK-05).
 */
export type Crowd = {
  /** When the half minute begins, in milliseconds since 1970. */
  slice: number
  messages: readonly { campaignId: string; messageId: string }[]
}

/** More people than share a desk or a home, and than read their mail in the same minute. */
const crowdOf = 10
/** What comes after these is of the same crowd. */
const mostRemembered = 40
const sliceMs = 30_000
const keptSeconds = 600
/** Of one transaction, and of one read. */
const mostAtOnce = 100

export const sliceOf = (at: number): number => Math.floor(at / sliceMs) * sliceMs
const nameOfSlice = (network: string, slice: number): string => `${network} ${slice}`
/** What tells one network's half minute from another's. */
export const crowdKey = ({ network, at }: Pick<HitMessage, 'network' | 'at'>): string =>
  nameOfSlice(network, sliceOf(Date.parse(at)))

/**
 * Remembers who was fetched for, of each network and half minute, over all batches. Two half minutes in a row
 * are looked at together, so that no burst of half a minute is cut in two. Of two batches at the very same moment
 * neither may see the crowd; the next fetch of it does.
 * @returns those that are crowds by now, with everybody who was fetched for before it could be known.
 */
export async function crowdsAmong(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  hits: readonly HitMessage[],
): Promise<ReadonlyMap<string, Crowd>> {
  const slices = [...Map.groupBy(hits, crowdKey).values()].flatMap((theirs): Slice[] => {
    const [first] = theirs
    if (first === undefined) return []
    const { network } = first
    const slice = sliceOf(Date.parse(first.at))
    return [{ network, slice, fetched: new Set(theirs.map(nameOf)) }]
  })
  const known = await rememberedOf({ db, main }, slices)
  const writes = slices.flatMap((slice) => additions(main, slice, known(slice)))
  for (let start = 0; start < writes.length; start += mostAtOnce) {
    await transact(db, writes.slice(start, start + mostAtOnce))
  }
  const arrived = new Map(
    slices.map((each) => [nameOfSlice(each.network, each.slice), each.fetched]),
  )
  const namesIn = (place: Place): Names =>
    new Set([...known(place), ...(arrived.get(nameOfSlice(place.network, place.slice)) ?? nobody)])
  const crowds = new Map<string, Crowd>()
  for (const { network, slice } of slices) {
    const both = [slice - sliceMs, slice].map((of) => ({ network, slice: of }))
    if (new Set(both.flatMap((place) => [...namesIn(place)])).size < crowdOf) continue
    for (const place of both) {
      const messages = [...namesIn(place)].map(messageOf)
      crowds.set(nameOfSlice(network, place.slice), { slice: place.slice, messages })
    }
  }
  return crowds
}

type Slice = { network: string; slice: number; fetched: ReadonlySet<string> }
type Place = Pick<Slice, 'network' | 'slice'>
type Names = ReadonlySet<string>

/** Who had been fetched for in each slice and in the one before it. */
async function rememberedOf(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  slices: readonly Place[],
): Promise<(place: Place) => Names> {
  const places = new Map(
    slices
      .flatMap(({ network, slice }) =>
        [slice, slice - sliceMs].map((of) => ({ network, slice: of })),
      )
      .map((place) => [nameOfSlice(place.network, place.slice), keyOf(place)]),
  )
  const names = [...places.keys()]
  const keys = [...places.values()].map((key) => ({ table: main, key }))
  const found = new Map<string, Names>()
  for (let start = 0; start < keys.length; start += mostAtOnce) {
    const items = await readTogether(db, keys.slice(start, start + mostAtOnce))
    for (const [index, item] of items.entries()) {
      found.set(names[start + index] ?? '', fetchedForIn(item))
    }
  }
  return ({ network, slice }) => found.get(nameOfSlice(network, slice)) ?? nobody
}

const nobody: Names = new Set()
const keyOf = ({ network, slice }: Place) => ({
  pk: `F#${network}`,
  sk: new Date(slice).toISOString(),
})

function additions(main: string, place: Slice, known: Names): TransactWriteItem[] {
  const fresh = [...place.fetched].filter((each) => !known.has(each))
  if (fresh.length === 0 || known.size >= mostRemembered) return []
  return [
    {
      Update: {
        TableName: main,
        Key: toItem(keyOf(place)),
        UpdateExpression: 'SET #ttl = :ttl ADD #for :messages',
        ExpressionAttributeNames: { '#ttl': 'ttl', '#for': 'fetchedFor' },
        ExpressionAttributeValues: toItem({
          ':ttl': place.slice / 1000 + keptSeconds,
          ':messages': new Set(fresh.slice(0, mostRemembered)),
        }),
      },
    },
  ]
}

const nameSchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{48}$/))
const itemSchema = v.optional(v.object({ fetchedFor: v.set(nameSchema) }))

const fetchedForIn = (item: Record<string, unknown> | undefined): Names =>
  v.parse(itemSchema, item)?.fetchedFor ?? nobody

const nameOf = ({ campaignId, messageId }: Crowd['messages'][number]): string =>
  `${campaignId}${messageId}`
const messageOf = (name: string) => ({ campaignId: name.slice(0, 16), messageId: name.slice(16) })
