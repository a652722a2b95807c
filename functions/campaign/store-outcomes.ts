import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import { type Tables, toItem, transact } from '../platform/table.ts'
import { messageKey } from './message-record.ts'

export type Outcome =
  | { messageId: string; state: 'sent'; sesId: string; ledgerId: string }
  | { messageId: string; state: 'skipped'; reason: 'may-not' | 'cancelled' }
  | { messageId: string; state: 'failed'; reason: string }
  | { messageId: string; state: 'unknown' }

/**
 * Stores what became of each message, all at once. Whoever was erased meanwhile has none any more; and
 * where an event of SES was quicker, its word on the state stands.
 */
export async function storeOutcomes(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  campaignId: string,
  outcomes: readonly Outcome[],
  at: Date,
): Promise<void> {
  let left = outcomes.map((outcome) => ({ outcome, overtaken: false }))
  while (left.length > 0) {
    const result = await transact(
      db,
      left.map(({ outcome, overtaken }) => ({
        Update: {
          TableName: main,
          Key: toItem(messageKey(campaignId, outcome.messageId)),
          ...(overtaken ? lateUpdate(outcome, at) : update(outcome, at)),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      })),
    )
    if (result.kind === 'written') return
    left = left.flatMap((each, index) => {
      const standing = result.standing[index]
      if (standing?.failed !== true) return each
      const isGone = standing.item === undefined
      return isGone || each.overtaken || each.outcome.state !== 'sent'
        ? []
        : { ...each, overtaken: true }
    })
  }
}

type Change = Omit<NonNullable<TransactWriteItem['Update']>, 'TableName' | 'Key'>

function fieldsOf(outcome: Outcome, at: Date): Record<string, string> {
  switch (outcome.state) {
    case 'sent':
      return { sesId: outcome.sesId, ledgerId: outcome.ledgerId, sentAt: at.toISOString() }
    case 'skipped':
    case 'failed':
      return { reason: outcome.reason }
    case 'unknown':
      return {}
  }
}

function update(outcome: Outcome, at: Date): Change {
  const fields = fieldsOf(outcome, at)
  return {
    UpdateExpression: `SET ${['#state = :state', ...assignments(fields)].join(', ')}`,
    ConditionExpression: '#state = :planned',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: toItem({
      ':state': outcome.state,
      ':planned': 'planned',
      ...valuesOf(fields),
    }),
  }
}

function lateUpdate(outcome: Outcome, at: Date): Change {
  const fields = fieldsOf(outcome, at)
  return {
    UpdateExpression: `SET ${assignments(fields).join(', ')}`,
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: toItem(valuesOf(fields)),
  }
}

const assignments = (fields: Record<string, string>): string[] =>
  Object.keys(fields).map((name) => `${name} = :${name}`)
const valuesOf = (fields: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`:${name}`, value]))
