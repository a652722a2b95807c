import { withLanguage } from '../campaign/figures.ts'
import {
  type Message,
  messageKey,
  parseMessage,
  unchangedSince,
} from '../campaign/message-record.ts'
import { recordingOf, type Standing } from '../consent/decide.ts'
import type { Policy } from '../consent/policy.ts'
import { type Contact, contactItemKey, parseContact, standingOf } from '../contact/contact.ts'
import { addressItemKey, parseAddressRecord } from '../contact/suppression.ts'
import { type Followed, followedWrites } from '../engagement/note-followed.ts'
import type { Received } from '../platform/queue.ts'
import { isPastTtl, readTogether, type Tables, toItem, type Wanted } from '../platform/table.ts'
import type { CampaignLinks, Links } from './campaign-links.ts'
import { classify, type Facts, type HitClass, type MessageHit, mayBePerson } from './classify.ts'
import { type Crowd, crowdKey, crowdsAmong, sliceOf } from './crowd.ts'
import { figuresChange } from './figures.ts'
import type { HitMessage } from './hit-message.ts'
import { keepDay } from './last-open.ts'
import { noteAct } from './note-act.ts'
import { countShared, isShared } from './shared-hits.ts'
import { type Judged, type Tracked, trackedOf, withHits } from './tracked.ts'
import { type Change, writeTogether } from './write-together.ts'

export type HitDesk = {
  tables: Pick<Tables, 'db' | 'main'>
  policy: Policy
  links: CampaignLinks
  clock: () => Date
}

/** Two batches rarely hold hits of one message; then the later one reads again. */
const attempts = 5

/**
 * Takes a batch of hits into what is known of their messages. Whether a person allows it is asked now,
 * not when the mail went out: after a withdrawal the mails that lie in a mailbox record nothing (TRACK-02).
 * Hits of messages or people that are not, or no longer, there are dropped without a word (TRACK-03).
 * @returns how many hits were recorded, new or not.
 */
export async function recordHits(
  desk: HitDesk,
  batch: readonly Received<HitMessage>[],
): Promise<number> {
  const own = batch.filter((each) => !isShared(each))
  const doubtful = own.flatMap(({ message }) =>
    mayBePerson(message.sign, message.kind) ? [message] : [],
  )
  const crowds = await crowdsAmong(desk.tables, doubtful)
  let groups = withCrowds(
    crowds,
    groupsOf(own, (hit) => crowds.has(crowdKey(hit))),
  )
  let recorded = await countShared(desk, batch.filter(isShared))
  for (let attempt = 1; groups.length > 0; attempt++) {
    if (attempt > attempts) throw new Error('other writers kept changing the same messages')
    const permitted = await permittedOf(desk, groups)
    const changes = await Promise.all(permitted.map((each) => changeBy(desk, each)))
    const written = await writeTogether(
      desk.tables,
      changes.filter((change) => change !== undefined),
      { apart: attempt > 1 },
    )
    groups = []
    for (const [index, { group, hits }] of permitted.entries()) {
      const change = changes[index]
      if (change === undefined || written.has(change)) recorded += hits.length
      else groups.push(group)
    }
  }
  return recorded
}

/** The hits of one message. */
type Group = {
  campaignId: string
  messageId: string
  hits: readonly MessageHit[]
  /** The ids of those that came with the signal to be added to no profile (GPC-03). */
  signalled: ReadonlySet<string>
  /** The half minutes in which a crowd fetched for it: what was recorded of them before is judged again. */
  crowded: readonly number[]
}

/** Also the messages that other batches brought, before anybody could know that it was a crowd (TRACK-06). */
function withCrowds(crowds: ReadonlyMap<string, Crowd>, arrived: readonly Group[]): Group[] {
  const slices = new Map<string, number[]>()
  for (const { slice, messages } of crowds.values()) {
    for (const { campaignId, messageId } of messages) {
      const name = `${campaignId}${messageId}`
      slices.set(name, [...(slices.get(name) ?? []), slice])
    }
  }
  const again = arrived.map((group) => {
    const name = `${group.campaignId}${group.messageId}`
    const crowded = slices.get(name) ?? []
    slices.delete(name)
    return { ...group, crowded }
  })
  const earlier = [...slices].map(([name, crowded]) => ({
    campaignId: name.slice(0, 16),
    messageId: name.slice(16),
    hits: [],
    signalled: new Set<string>(),
    crowded,
  }))
  return [...again, ...earlier]
}

function groupsOf(
  batch: readonly Received<HitMessage>[],
  isCrowd: (hit: HitMessage) => boolean,
): Group[] {
  const byMessage = Map.groupBy(
    batch,
    ({ message: { campaignId, messageId } }) => `${campaignId}${messageId}`,
  )
  return [...byMessage.values()].flatMap((received) => {
    const [first] = received
    if (first === undefined) return []
    const { campaignId, messageId } = first.message
    const hits = received.map((one) => hitOf(one, isCrowd))
    const signalled = new Set(
      received.flatMap(({ id, message }) =>
        message.kind === 'click' && message.signalled ? [id] : [],
      ),
    )
    return [{ campaignId, messageId, hits, signalled, crowded: [] }]
  })
}

/** Without its network: of that nothing stays but whether it was a crowd's. */
function hitOf(
  { id, message }: Received<HitMessage>,
  isCrowd: (hit: HitMessage) => boolean,
): MessageHit {
  const { sign } = message
  const crowd = isCrowd(message) || undefined
  const seen = { id, at: Date.parse(message.at), sign, crowd }
  return message.kind === 'open'
    ? { kind: 'open', ...seen }
    : { kind: 'click', link: message.link, ...seen }
}

/** A message with those of its hits that its person allows to be recorded, now. */
type Permitted = Group & {
  group: Group
  message: Message
  contact: Contact
  standing: Standing
  tracked: Tracked | undefined
  links: Pick<Facts, 'links' | 'trap'>
  interests: Links['interests']
}

/** Three reads for the whole batch: the messages, their people, and what is known of their addresses. */
async function permittedOf(desk: HitDesk, groups: readonly Group[]): Promise<Permitted[]> {
  const { policy, clock } = desk
  const now = clock()
  const items = await readEach(desk, groups, ({ campaignId, messageId }) =>
    messageKey(campaignId, messageId),
  )
  const sent = groups.flatMap((group, index) => {
    const item = items[index]
    if (item === undefined || isPastTtl(item, now)) return []
    return [{ group, message: parseMessage(item), tracked: trackedOf(item) }]
  })
  const contacts = await readEach(desk, sent, ({ message }) => contactItemKey(message.contactId))
  const known = sent.flatMap((each, index) => {
    const item = contacts[index]
    return item === undefined ? [] : [{ ...each, contact: parseContact(item) }]
  })
  const addresses = await readEach(desk, known, ({ contact }) => addressItemKey(contact.addressKey))
  const days: Promise<void>[] = []
  const permitted = known.flatMap(({ group, message, tracked, contact }, index) => {
    const standing = standingOf(contact, parseAddressRecord(contact.addressKey, addresses[index]))
    const askedFor = standing.choices[message.topic]?.basis === 'consent'
    const as = {
      open: recordingOf(policy, standing, { purpose: purposes.open, askedFor, now }),
      click: recordingOf(policy, standing, { purpose: purposes.click, askedFor, now }),
    }
    if (as.open === 'day') days.push(keepDayOf(desk, message.contactId, group.hits))
    const hits = group.hits.filter(
      (hit) => as[hit.kind] === 'person' && !isBeforeYes(standing, hit),
    )
    return hits.length === 0 && group.crowded.length === 0
      ? []
      : [{ ...group, hits, group, message, contact, standing, tracked }]
  })
  await Promise.all(days)
  const links = await Promise.all(permitted.map(({ campaignId }) => desk.links(campaignId)))
  return permitted.flatMap((each, index) => {
    const known = links[index]
    if (known === undefined) return []
    const { targets, trap, interests } = known
    const seen = trap === undefined ? targets.length : targets.length - 1
    return [{ ...each, interests, links: { links: seen, trap } }]
  })
}

const purposes = { open: 'open-tracking', click: 'click-tracking' } as const

/** Fetched while the answer was still no, and met on its way by a yes: that covers nothing before it (CONS-07). */
function isBeforeYes({ choices }: Standing, { kind, at }: MessageHit): boolean {
  const choice = choices[purposes[kind]]
  return choice !== undefined && at < Date.parse(choice.at)
}

/** Of all that is known of the hits only the last day on which it may have been a person stays (TRACK-04). */
async function keepDayOf(
  { tables, policy, clock }: HitDesk,
  contactId: string,
  hits: readonly MessageHit[],
): Promise<void> {
  const verdicts = classify(hits, { links: 0 })
  const opens = hits.filter(
    ({ kind }, index) => kind === 'open' && !machines.has(verdicts[index]?.class ?? ''),
  )
  if (opens.length === 0) return
  await keepDay(tables, contactId, {
    at: Math.max(...opens.map(({ at }) => at)),
    now: clock(),
    days: policy.retention.messages,
  })
}

const machines: ReadonlySet<string> = new Set(['prefetch', 'scanner'])

/** The item of each, by position; one that several share is read once. */
async function readEach<Each>(
  { tables: { db, main } }: HitDesk,
  all: readonly Each[],
  keyOf: (each: Each) => { pk: string; sk: string },
): Promise<(Record<string, unknown> | undefined)[]> {
  const names = all.map((each) => JSON.stringify(keyOf(each)))
  const wanted = new Map(
    all.map((each, index): [string, Wanted] => [
      names[index] ?? '',
      { table: main, key: keyOf(each) },
    ]),
  )
  if (wanted.size === 0) return []
  const items = await readTogether(db, [...wanted.values()])
  const found = new Map([...wanted.keys()].map((name, index) => [name, items[index]]))
  return names.map((name) => found.get(name))
}

/** What these hits write; undefined when they tell nothing new. */
async function changeBy(desk: HitDesk, permitted: Permitted): Promise<Change | undefined> {
  const { message, tracked, hits, links, campaignId, messageId, crowded } = permitted
  const sentAt = message.sentAt === undefined ? undefined : Date.parse(message.sentAt)
  const judged = withHits(tracked, hits, { sentAt, ...links }, ({ at }) =>
    crowded.includes(sliceOf(at)),
  )
  if (judged === undefined) return undefined
  const clickedAt = humanClickIn(judged, hits)
  // Before the hits are stored: told again they are no news, and the person would not have acted.
  if (clickedAt !== undefined) await noteAct(desk.tables, permitted.contact, clickedAt)
  const { totals, hours } = figuresChange(tracked, judged, message.ended)
  const { tables, policy, clock } = desk
  const told = await followedWrites(
    { tables, policy, now: clock() },
    { ...permitted, followed: followedIn(permitted, judged) },
  )
  return {
    campaignId,
    messageId,
    items: [{ Update: updateOf(tables.main, permitted, judged) }, ...told],
    totals: withLanguage(message.language, totals),
    hours,
    ttl: message.ttl,
  }
}

/** The links that were followed, each as it was judged before these hits came and as it is now. */
function followedIn({ tracked, signalled }: Permitted, judged: Judged): Followed[] {
  const before = new Map(tracked?.hits.map(({ id, class: by }) => [id, personOrNot(by)]))
  return judged.hits.flatMap((hit): Followed[] => {
    if (hit.kind !== 'click') return []
    const { id, link, at, class: by } = hit
    const was = before.get(id) ?? 'unseen'
    const is = personOrNot(by)
    return [{ hit: id, link, at, before: was, now: is, signalled: signalled.has(id) }]
  })
}

const personOrNot = (by: HitClass): Followed['now'] =>
  by === 'human_likely' ? 'person' : 'no-person'

/** When the person last followed a link, among these hits; a machine's and an open are no act (SUPP-07). */
function humanClickIn(judged: Judged, arrived: readonly MessageHit[]): number | undefined {
  const ids = new Set(arrived.map(({ id }) => id))
  const times = judged.hits
    .filter(({ id, kind, class: by }) => ids.has(id) && kind === 'click' && by === 'human_likely')
    .map(({ at }) => at)
  return times.length === 0 ? undefined : Math.max(...times)
}

/** Never brings a message back that an erasure has deleted, and never overwrites what came between. */
function updateOf(
  main: string,
  { campaignId, messageId, message, tracked }: Permitted,
  judged: Judged,
) {
  const unchanged =
    tracked === undefined ? 'attribute_not_exists(#tracked)' : '#tracked.#revision = :known'
  return {
    TableName: main,
    Key: toItem(messageKey(campaignId, messageId)),
    UpdateExpression: 'SET #tracked = :tracked',
    // As it was read, too: it may have left the rates meanwhile, and then counts in none.
    ConditionExpression: `${unchangedSince(message)} AND ${unchanged}`,
    ExpressionAttributeNames: {
      '#tracked': 'tracked',
      ...(tracked === undefined ? {} : { '#revision': 'revision' }),
    },
    ExpressionAttributeValues: toItem({
      ':revision': message.revision,
      ':tracked': judged.tracked,
      ...(tracked === undefined ? {} : { ':known': tracked.revision }),
    }),
  }
}
