import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { Because } from '../consent/decide.ts'
import { type Tables, toItem, transact } from '../platform/table.ts'
import type { Batch } from './batch-record.ts'
import { addTo, difference } from './figures.ts'
import { figureWrites, goneWrites } from './figures-record.ts'
import { messageFigures } from './message-figures.ts'
import {
  type Counted,
  type Message,
  messageKey,
  parseMessage,
  unchangedSince,
} from './message-record.ts'

export type Outcome =
  | { messageId: string; state: 'sent'; sesId: string; ledgerId: string; counted: Counted }
  | { messageId: string; state: 'skipped'; reason: Because | 'gone' | 'cancelled' }
  | { messageId: string; state: 'failed'; reason: string }
  | { messageId: string; state: 'unknown' }

export type Settled = {
  batch: Pick<Batch, 'language' | 'ttl'>
  outcomes: readonly Outcome[]
  at: Date
  /** What becomes of the batch; written with them, or neither is. */
  batchWrite?: TransactWriteItem
}

/**
 * Stores what became of each message, all at once and with the campaign's figures. Whoever was erased
 * meanwhile has none any more, or one that was planned just after theirs were deleted: that goes, too
 * (RIGHT-11). Where an event of SES was quicker, its word on the state stands.
 * @returns false when the batch is not as it was, and then nothing is stored.
 */
export async function storeOutcomes(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  campaignId: string,
  { batch, outcomes, at, batchWrite }: Settled,
): Promise<boolean> {
  const planned: Planned = { state: 'planned', language: batch.language, revision: 0 }
  const first = batchWrite === undefined ? [] : [batchWrite]
  let left = outcomes.map((outcome) => ({ outcome, before: planned }))
  while (left.length > 0 || first.length > 0) {
    const changes = left.map(({ outcome, before }) => ({
      before,
      messageId: outcome.messageId,
      fields: fieldsAfter(before, outcome, at),
    }))
    const of = { campaignId, spread: left[0]?.outcome.messageId ?? '', ttl: batch.ttl }
    const result = await transact(db, [
      ...first,
      ...changes.map((change) =>
        outlives(change)
          ? { Delete: removal(main, campaignId, change) }
          : { Update: update(main, campaignId, change) },
      ),
      ...figureWrites(main, { ...of, totals: figuresOf(changes) }),
      ...goneWrites(main, { ...of, figures: figuresLeftBy(changes.filter(outlives)) }),
    ])
    if (result.kind === 'written') return true
    const refused = result.standing.slice(0, first.length)
    if (refused.some(({ failed }) => failed)) return false
    left = left.flatMap((each, index) => {
      const standing = result.standing[first.length + index]
      if (standing?.failed !== true) return each
      if (standing.item === undefined || each.outcome.state !== 'sent') return []
      const before = parseMessage(standing.item)
      // Stored before, by a worker that died after it.
      return before.counted === undefined ? { ...each, before } : []
    })
  }
  return true
}

/** As much of a message as its figures need. */
type Planned = Pick<
  Message,
  'state' | 'language' | 'revision' | 'bounce' | 'reason' | 'counted' | 'ended'
>
type Fields = Partial<
  Pick<Message, 'state' | 'reason' | 'counted' | 'sesId' | 'sentAt' | 'ledgerId'>
>
type Change = { messageId: string; before: Planned; fields: Fields }

function fieldsAfter(before: Planned, outcome: Outcome, at: Date): Fields {
  const { messageId: _, state, ...rest } = outcome
  return {
    ...(before.state === 'planned' ? { state } : {}),
    ...rest,
    ...(state === 'sent' ? { sentAt: at.toISOString() } : {}),
  }
}

function figuresOf(changes: readonly Change[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { before, fields } of changes) {
    addTo(sums, difference(messageFigures(before), messageFigures({ ...before, ...fields })))
  }
  return sums
}

/** What cannot be seen of the messages any more once they are deleted. */
function figuresLeftBy(changes: readonly Change[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { before, fields } of changes) addTo(sums, messageFigures({ ...before, ...fields }))
  return sums
}

/** Its person is gone, or nearly: whoever erases them may have passed by before it was planned. */
const outlives = ({ fields }: Change): boolean =>
  fields.state === 'skipped' && (fields.reason === 'gone' || fields.reason === 'erasing')

function removal(
  main: string,
  campaignId: string,
  { messageId, before }: Change,
): NonNullable<TransactWriteItem['Delete']> {
  return {
    TableName: main,
    Key: toItem(messageKey(campaignId, messageId)),
    ConditionExpression: `#was = :was AND ${unchangedSince(before)}`,
    ExpressionAttributeNames: { '#was': 'state' },
    ExpressionAttributeValues: toItem({ ':was': before.state, ':revision': before.revision }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  }
}

function update(
  main: string,
  campaignId: string,
  { messageId, before, fields }: Change,
): NonNullable<TransactWriteItem['Update']> {
  const named = Object.entries(fields)
  return {
    TableName: main,
    Key: toItem(messageKey(campaignId, messageId)),
    UpdateExpression: `SET ${named.map(([name]) => `#${name} = :${name}`).join(', ')} ADD revision :one`,
    ConditionExpression: `#was = :was AND ${unchangedSince(before)}`,
    ExpressionAttributeNames: {
      '#was': 'state',
      ...Object.fromEntries(named.map(([name]) => [`#${name}`, name])),
    },
    ExpressionAttributeValues: toItem({
      ':was': before.state,
      ':revision': before.revision,
      ':one': 1,
      ...Object.fromEntries(named.map(([name, value]) => [`:${name}`, value])),
    }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  }
}
