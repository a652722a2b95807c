import * as v from 'valibot'
import { contactPk } from '../consent/ledger.ts'
import { idPattern, timeOfId } from '../platform/id.ts'
import { isPastTtl, type PersonTables, readPartition, readTogether } from '../platform/table.ts'

/**
 * A right exercised (RIGHT-01), `R#<month of entry>` / `<requestId>`: what was asked, how it came, by
 * when it is answered, and how it stands. It names its contact only while there is one; what remains
 * after an erasure shows an authority that it was asked for and done, and not by whom.
 */
export const requestKinds = [
  'access',
  'rectification',
  'erasure',
  'restriction',
  'objection',
] as const
export const requestStatuses = [
  'awaiting-identity',
  'received',
  'in-progress',
  'done',
  'refused',
] as const
export type RequestStatus = (typeof requestStatuses)[number]

/** How a request can reach us. */
const channels = ['page', 'letter', 'phone', 'mail'] as const
/** What staff may have seen that shows who asks; the mailbox is the usual way, and the better one. */
export const identityChecks = [
  'in-person',
  'called-back',
  'signed-letter',
  'known-customer',
] as const
/** On what grounds the law lets a request be refused (GDPR art. 11(2), 12(5), 15(4), 17(3), 18(2)). */
export const refusalGrounds = [
  'not-identified',
  'unfounded',
  'excessive',
  'law-requires',
  'rights-of-others',
] as const
/** What may be objected to by itself (TRACK-11). */
export const objectionTargets = ['direct-marketing', 'profiling', 'calls'] as const

/** The letters about a request: one for each way in which it can stand, and for what can happen to it. */
export const requestLetters = [...requestStatuses, 'extension', 'lifting'] as const
export type RequestLetterName = (typeof requestLetters)[number]
/** What became of a letter, what says least first: a later word counts only if it says more. */
export const letterOutcomes = [
  /** The mailbox had bounced before. */
  'not-sent',
  /** SES has taken it and told nothing yet. */
  'not-known',
  'soft-bounced',
  'delivered',
  'bounced',
] as const
export type LetterOutcome = (typeof letterOutcomes)[number]

const time = v.pipe(v.string(), v.isoTimestamp())
const letterSchema = v.object({ outcome: v.picklist(letterOutcomes), at: time })
/** How we know who asks: a session is the mailbox proved; else what a colleague has seen (RIGHT-04). */
const proofSchema = v.variant('by', [
  v.object({ by: v.literal('session'), at: time }),
  v.object({
    by: v.literal('check'),
    at: time,
    how: v.picklist(identityChecks),
    staff: v.string(),
  }),
])

const requestSchema = v.object({
  id: v.string(),
  kind: v.picklist(requestKinds),
  /** What an objection is to; that a restriction is to end; that an address is to change. */
  detail: v.optional(v.picklist([...objectionTargets, 'lift', 'address'])),
  status: v.picklist(requestStatuses),
  came: v.picklist(channels),
  receivedAt: time,
  dueAt: time,
  contactId: v.optional(v.string()),
  proof: v.optional(proofSchema),
  extendedAt: v.optional(time),
  closedAt: v.optional(time),
  outcome: v.optional(v.picklist(['carried-out', 'answered', 'lapsed', 'erased'])),
  ground: v.optional(v.picklist(refusalGrounds)),
  /** Since when the person knows that their restriction will be lifted (GDPR art. 18(3)). */
  liftToldAt: v.optional(time),
  /** What is known of the letters about it, each an attribute of its own: events come in any order. */
  letters: v.optional(v.record(v.picklist(requestLetters), letterSchema)),
  /** What was written about it, by the step that it belongs to, each sealed under the request's key. */
  said: v.optional(v.record(v.string(), v.instance(Uint8Array))),
})
export type RightsRequest = v.InferOutput<typeof requestSchema>

const requestPrefix = 'R#'
const letterPrefix = 'letter:'
export const letterAttribute = (letter: RequestLetterName): string => `${letterPrefix}${letter}`
/** Under the contact, so that its person finds their requests, and their erasure does. */
export const requestMarkKey = (contactId: string, id: string): { pk: string; sk: string } => ({
  pk: contactPk(contactId),
  sk: `${requestPrefix}${id}`,
})
const monthOf = (at: Date): string => at.toISOString().slice(0, 7)

/** By the month in which it was entered: an id holds its own time. */
export const requestItemKey = (id: string): { pk: string; sk: string } => ({
  pk: `${requestPrefix}${monthOf(timeOfId(id))}`,
  sk: id,
})

/**
 * What is still to be answered, `R#open#<month it is due in>` / `<due>#<requestId>`: there from the
 * transaction that enters a request to the one that closes it, so that the register can be read in
 * the order of what is due without an index.
 */
export const openRequestKey = ({
  id,
  dueAt,
}: Pick<RightsRequest, 'id' | 'dueAt'>): { pk: string; sk: string } => ({
  pk: `${requestPrefix}open#${dueAt.slice(0, 7)}`,
  sk: `${dueAt}#${id}`,
})

/** @throws when the stored item is not one we ever write. */
function parseRequest(item: Record<string, unknown>): RightsRequest {
  const letters = Object.entries(item).flatMap(([name, value]) =>
    name.startsWith(letterPrefix) ? [[name.slice(letterPrefix.length), value]] : [],
  )
  return v.parse(requestSchema, {
    ...item,
    id: item.sk,
    ...(letters.length === 0 ? {} : { letters: Object.fromEntries(letters) }),
  })
}

/** One request by its id alone; undefined when there is none, or no longer. */
export async function readRequest(
  { db, main }: Pick<PersonTables, 'db' | 'main'>,
  id: string,
  now: Date,
): Promise<RightsRequest | undefined> {
  if (!idPattern.test(id)) return undefined
  const [item] = await readTogether(db, [{ table: main, key: requestItemKey(id) }])
  return item === undefined || isPastTtl(item, now) ? undefined : parseRequest(item)
}

/** One request of this person; another's is as unknown as one that never was. */
export async function readOwnRequest(
  tables: Pick<PersonTables, 'db' | 'main'>,
  contactId: string,
  { id, now }: { id: string; now: Date },
): Promise<RightsRequest | undefined> {
  const request = await readRequest(tables, id, now)
  return request?.contactId === contactId ? request : undefined
}

/** DynamoDB reads a hundred items together; nobody looks through more. */
const mostListed = 100

/** The person's requests, the latest first. */
export async function readOwnRequests(
  { db, main }: Pick<PersonTables, 'db' | 'main'>,
  contactId: string,
  now: Date,
): Promise<RightsRequest[]> {
  const ids = await requestIdsOf({ db, main }, contactId)
  return readRequests({ db, main }, ids.reverse().slice(0, mostListed), now)
}

/** The ids of a person's requests, the oldest first. */
export async function requestIdsOf(
  { db, main }: Pick<PersonTables, 'db' | 'main'>,
  contactId: string,
): Promise<string[]> {
  const ids: string[] = []
  for await (const { sk } of readPartition(db, main, contactPk(contactId), requestPrefix)) {
    ids.push(String(sk).slice(requestPrefix.length))
  }
  return ids
}

async function readRequests(
  { db, main }: Pick<PersonTables, 'db' | 'main'>,
  ids: readonly string[],
  now: Date,
): Promise<RightsRequest[]> {
  if (ids.length === 0) return []
  const items = await readTogether(
    db,
    ids.map((id) => ({ table: main, key: requestItemKey(id) })),
  )
  return items.flatMap((item) =>
    item === undefined || isPastTtl(item, now) ? [] : parseRequest(item),
  )
}

/** How far back something may still be open, and how far ahead the latest date of an answer lies. */
const monthsBack = 36
const monthsAhead = 4

export type Page<Item> = { items: Item[]; next: string | undefined }
type Paging = { after?: string | undefined; limit: number; now: Date }

/**
 * What is still to be answered, what is due first, first.
 * @param after the `next` of the page before.
 */
export async function openRequests(
  { db, main }: Pick<PersonTables, 'db' | 'main'>,
  { after = '', limit, now }: Paging,
): Promise<Page<RightsRequest>> {
  const places: string[] = []
  for await (const place of openPlaces({ db, main }, { after, limit: limit + 1, now })) {
    places.push(place)
  }
  const shown = places.slice(0, limit)
  const items = await readRequests({ db, main }, shown.map(idOfPlace), now)
  return { items, next: places.length > limit ? shown.at(-1) : undefined }
}

/** How many are to be answered by then, those whose time has passed already included. */
export async function countDue(
  { db, main }: Pick<PersonTables, 'db' | 'main'>,
  { now, by }: { now: Date; by: Date },
): Promise<number> {
  let due = 0
  const limit = Number.POSITIVE_INFINITY
  for await (const place of openPlaces({ db, main }, { after: '', limit, now })) {
    if (place >= by.toISOString()) break
    due += 1
  }
  return due
}

/** `<due>#<requestId>`, in the order of what is due. */
async function* openPlaces(
  { db, main }: Pick<PersonTables, 'db' | 'main'>,
  { after, limit, now }: { after: string; limit: number; now: Date },
): AsyncGenerator<string> {
  const months = Array.from({ length: monthsBack + monthsAhead }, (_, index) =>
    monthOf(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - monthsBack + index))),
  ).filter((month) => month >= after.slice(0, 7))
  const first = months.map((month) =>
    placesIn({ db, main }, { pk: `${requestPrefix}open#${month}`, after, limit }),
  )
  let left = limit
  for (const places of await Promise.all(first)) {
    for (const place of places.slice(0, left)) yield place
    left -= places.length
    if (left <= 0) return
  }
}

async function placesIn(
  { db, main }: Pick<PersonTables, 'db' | 'main'>,
  { pk, after, limit }: { pk: string; after: string; limit: number },
): Promise<string[]> {
  const places: string[] = []
  for await (const { sk } of readPartition(db, main, pk, { from: after || ' ', to: '~' })) {
    if (sk === after) continue
    places.push(String(sk))
    if (places.length >= limit) break
  }
  return places
}

const idOfPlace = (place: string): string => place.slice(place.indexOf('#') + 1)

/** What was entered in a month such as `2026-11`, the earliest first; `after` is an id. */
export async function requestsOf(
  { db, main }: Pick<PersonTables, 'db' | 'main'>,
  month: string,
  { after = '', limit, now }: Paging,
): Promise<Page<RightsRequest>> {
  const items: RightsRequest[] = []
  const pk = `${requestPrefix}${month}`
  for await (const item of readPartition(db, main, pk, { from: after || ' ', to: '~' })) {
    if (item.sk === after || isPastTtl(item, now)) continue
    if (items.length === limit) return { items, next: items.at(-1)?.id }
    items.push(parseRequest(item))
  }
  return { items, next: undefined }
}
