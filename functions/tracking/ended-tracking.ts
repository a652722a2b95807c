import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { difference } from '../campaign/figures.ts'
import { figureWrites, goneWrites } from '../campaign/figures-record.ts'
import {
  type Ended,
  type Message,
  messageOfKey,
  parseMessage,
  unchangedSince,
} from '../campaign/message-record.ts'
import { type Because, decide, passing, type Standing } from '../consent/decide.ts'
import type { Policy } from '../consent/policy.ts'
import { type Tables, toItem, transact } from '../platform/table.ts'
import type { MessageHit } from './classify.ts'
import { messageTotals } from './message-totals.ts'
import { type Tracked, trackedOf } from './tracked.ts'

/** A message of which hits are or might become known, as the sweep meets it. */
export type TrackedMessage = {
  key: { pk: string; sk: string }
  message: Message
  tracked: Tracked | undefined
}

export function parseTrackedMessage(item: Record<string, unknown>): TrackedMessage {
  return { key: v.parse(keySchema, item), message: parseMessage(item), tracked: trackedOf(item) }
}
const keySchema = v.object({ pk: v.string(), sk: v.string() })

type Kind = MessageHit['kind']
const kinds = [
  { kind: 'open', rate: 'opens', purpose: 'open-tracking' },
  { kind: 'click', rate: 'clicks', purpose: 'click-tracking' },
] as const satisfies readonly { kind: Kind; rate: keyof Ended; purpose: string }[]

export type Ending = {
  /** What the message is from now on no part of, in addition to what it has left before. */
  leaves: readonly (keyof Ended)[]
  /** Hits that are deleted. */
  forgets: readonly Kind[]
}

/**
 * What has ended of a message. Where nothing is recorded of its person any more, for whatever reason, it
 * leaves the rate, with what it gave to it: what cannot be heard must not count as indifferent. What is
 * known of hits that rest on nothing any more (SUPP-08) is deleted: a consent that was withdrawn or has
 * expired, a purpose that is off, a person who is gone; a restriction only keeps it (RIGHT-10).
 * @param standing undefined when the person is gone.
 * @returns undefined where nothing has.
 */
export function endingOf(
  policy: Policy,
  { message: { counted, ended }, tracked }: Pick<TrackedMessage, 'message' | 'tracked'>,
  { standing, now }: { standing: Standing | undefined; now: Date },
): Ending | undefined {
  const heldOf = (kind: Kind) => tracked !== undefined && withoutKinds(tracked, [kind]) !== tracked
  const because = (purpose: string): Because | 'gone' | undefined => {
    const decision = standing && decide(policy, standing, purpose, now)
    if (decision === undefined) return 'gone'
    return decision.may ? undefined : decision.because
  }
  const over = kinds.flatMap(({ kind, rate, purpose }) => {
    const isHeld = heldOf(kind)
    const no = isHeld || counted?.[rate] ? because(purpose) : undefined
    return no === undefined
      ? []
      : [{ kind, rate, isHeld, passes: no !== 'gone' && passing.has(no) }]
  })
  const leaves = over.filter(({ rate }) => ended?.[rate] === undefined)
  const forgets = over.filter(({ isHeld, passes }) => isHeld && !passes)
  if (leaves.length === 0 && forgets.length === 0) return undefined
  return { leaves: leaves.map(({ rate }) => rate), forgets: forgets.map(({ kind }) => kind) }
}

/**
 * Takes the message out of the rates and deletes those hits, in one transaction with its campaign's
 * figures. How often was opened and clicked names nobody and stays, as gone from the message.
 * @returns false when the message is no longer as it was read.
 */
export async function endTracking(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  { met, ending }: { met: TrackedMessage; ending: Ending },
  also: TransactWriteItem[],
): Promise<boolean> {
  const { key, message, tracked } = met
  const { campaignId, messageId } = messageOfKey(key)
  const leaves = Object.fromEntries(ending.leaves.map((rate) => [rate, true as const]))
  const ended: Ended = { ...message.ended, ...leaves }
  const after = { ...message, ended }
  const left = tracked && keptOf(withoutKinds(tracked, ending.forgets))
  const of = { campaignId, spread: messageId, ttl: message.ttl }
  const { kind } = await transact(db, [
    { Update: { TableName: main, Key: toItem(key), ...updateOf(met, { ended, left }) } },
    ...figureWrites(main, {
      ...of,
      totals: difference(messageTotals(message, tracked), messageTotals(after, tracked)),
    }),
    // This is by how much the message explains them no longer.
    ...goneWrites(main, {
      ...of,
      figures: difference(messageTotals(after, left), messageTotals(after, tracked)),
    }),
    ...also,
  ])
  return kind === 'written'
}

function updateOf(
  { message, tracked }: TrackedMessage,
  { ended, left }: { ended: Ended; left: Tracked | undefined },
) {
  const forgets = left !== tracked
  const known =
    tracked === undefined ? 'attribute_not_exists(#tracked)' : '#tracked.#revision = :known'
  return {
    UpdateExpression: [
      `SET ended = :ended${forgets && left !== undefined ? ', #tracked = :left' : ''}`,
      ...(forgets && left === undefined ? ['REMOVE #tracked'] : []),
      'ADD #revision :one',
    ].join(' '),
    ConditionExpression: `${unchangedSince(message)} AND ${known}`,
    ExpressionAttributeNames: { '#tracked': 'tracked', '#revision': 'revision' },
    ExpressionAttributeValues: toItem({
      ':ended': ended,
      ':one': 1,
      ':revision': message.revision,
      ':known': tracked?.revision,
      ':left': forgets ? left : undefined,
    }),
  }
}

/** Undefined when there is nothing in it any more. */
function keptOf(tracked: Tracked): Tracked | undefined {
  const isEmpty = tracked.hits.length === 0 && Object.keys(tracked.settled.counts).length === 0
  return isEmpty ? undefined : tracked
}

/** The same record when it holds nothing of these kinds. */
function withoutKinds(tracked: Tracked, ended: readonly Kind[]): Tracked {
  const { settled } = tracked
  const hits = tracked.hits.filter(({ kind }) => !ended.includes(kind))
  const counts = Object.fromEntries(
    Object.entries(settled.counts).filter(([name]) => !ended.includes(kindOf(name))),
  )
  const isSame =
    hits.length === tracked.hits.length &&
    Object.keys(counts).length === Object.keys(settled.counts).length
  if (isSame) return tracked
  return {
    ...tracked,
    revision: tracked.revision + 1,
    hits,
    settled: {
      counts,
      until: settled.until,
      ...(ended.includes('open')
        ? {}
        : { firstOpen: settled.firstOpen, lastOpen: settled.lastOpen }),
      ...(ended.includes('click') ? {} : { firstClick: settled.firstClick }),
    },
  }
}

/** Of `open:<class>`, `click:<class>` and `link:<n>:<class>`. */
const kindOf = (count: string): Kind => (count.startsWith('open:') ? 'open' : 'click')
