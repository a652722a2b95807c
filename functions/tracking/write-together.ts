import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { addTo, type Figures } from '../campaign/figures.ts'
import { figureWrites } from '../campaign/figures-record.ts'
import { type Tables, transact } from '../platform/table.ts'

/** What the hits of one message write: items of their own, and what they change of its campaign's figures. */
export type Change = {
  campaignId: string
  messageId: string
  items: readonly TransactWriteItem[]
  totals: Figures
  hours: Figures
  ttl: number
}

/** Of one transaction, which DynamoDB limits to a hundred items, and one expression to 4 kB. */
const mostItems = 100
const mostFigures = 120

/**
 * Writes each message's record and its campaign's figures, both or neither. Many messages share a transaction, and
 * one addition to the figures: each costs a call of its own otherwise, and a write to the same few items.
 * @param apart one transaction a message: where another writer was first, it takes nobody else's hits along.
 * @returns those that were written; the others shared a transaction with something that had changed.
 */
export async function writeTogether(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  changes: readonly Change[],
  { apart }: { apart: boolean },
): Promise<ReadonlySet<Change>> {
  const packs = apart ? changes.map((change) => [change]) : packed(changes)
  const written = new Set<Change>()
  await Promise.all(
    packs.map(async (pack) => {
      const { kind } = await transact(db, writesOf(main, pack))
      if (kind === 'written') for (const change of pack) written.add(change)
    }),
  )
  return written
}

/** In their order, each pack as large as the limits allow. */
export function packed(changes: readonly Change[]): Change[][] {
  const packs: Change[][] = []
  let room: Room | undefined
  for (const change of changes) {
    const filled: Room | undefined = room && withChange(room, change)
    if (filled === undefined || !isWithinLimits(filled)) {
      room = withChange(empty, change)
      packs.push([change])
    } else {
      room = filled
      packs.at(-1)?.push(change)
    }
  }
  return packs
}

/** What a pack holds: its items, the names of the figures of each campaign, and their days. */
type Room = {
  places: readonly string[]
  figures: ReadonlyMap<string, ReadonlySet<string>>
  days: ReadonlySet<string>
}
const empty: Room = { places: [], figures: new Map(), days: new Set() }

function withChange({ places, figures, days }: Room, change: Change): Room {
  const { campaignId, items, totals, hours } = change
  const names = new Set([...(figures.get(campaignId) ?? []), ...Object.keys(totals)])
  const ofHours = Object.keys(hours).map((hour) => `${campaignId} ${hour.slice(0, 10)}`)
  return {
    places: [...places, ...items.map(placeOf)],
    figures: new Map([...figures, [campaignId, names]]),
    days: new Set([...days, ...ofHours]),
  }
}

/** No transaction may name one item twice, such as the contact of two messages. */
function isWithinLimits({ places, figures, days }: Room): boolean {
  return (
    places.length + figures.size + days.size <= mostItems &&
    [...figures.values()].every(({ size }) => size <= mostFigures) &&
    new Set(places).size === places.length
  )
}

function placeOf({ Put, Update, Delete, ConditionCheck }: TransactWriteItem): string {
  const { pk, sk } = Put?.Item ?? (Update ?? Delete ?? ConditionCheck)?.Key ?? {}
  return `${pk?.S} ${sk?.S}`
}

function writesOf(main: string, pack: readonly Change[]): TransactWriteItem[] {
  return [
    ...pack.flatMap(({ items }) => items),
    ...summed(pack).flatMap(({ messageId, ...sum }) =>
      figureWrites(main, { ...sum, spread: messageId }),
    ),
  ]
}

/** One change of the figures a campaign, under the name of its first message. */
function summed(pack: readonly Change[]): Omit<Change, 'items'>[] {
  return [...Map.groupBy(pack, ({ campaignId }) => campaignId).values()].flatMap((ofOne) => {
    const [first] = ofOne
    if (first === undefined) return []
    const totals: Record<string, number> = {}
    const hours: Record<string, number> = {}
    for (const change of ofOne) {
      addTo(totals, change.totals)
      addTo(hours, change.hours)
    }
    const { campaignId, messageId } = first
    const ttl = Math.max(...ofOne.map((change) => change.ttl))
    return [{ campaignId, messageId, totals: changesIn(totals), hours: changesIn(hours), ttl }]
  })
}

/** What one message added another may have taken away. */
const changesIn = (figures: Figures): Figures =>
  Object.fromEntries(Object.entries(figures).filter(([, by]) => by !== 0))
