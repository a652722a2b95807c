import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { randomId } from '../platform/id.ts'
import { type PersonTables, toItem } from '../platform/table.ts'

/**
 * Who is sending, or has sent, a letter: `L#<letterId>` / `<part>`. SQS delivers a message at least
 * once, sometimes to two at the same time; only the one that made this item sends.
 */
export type Claim = { letterId: string; part: string }

/** @returns false while another claim on the letter holds. */
export async function claim(
  { db, main }: PersonTables,
  { letterId, part }: Claim,
  { now, until }: { now: Date; until: Date },
): Promise<boolean> {
  const holder = randomId()
  try {
    await db.send(
      new PutItemCommand({
        TableName: main,
        Item: toItem({
          pk: `L#${letterId}`,
          sk: part,
          holder,
          until: until.toISOString(),
          ttl: Math.ceil(until.getTime() / 1000),
        }),
        // The last is true of this very write, asked for again because its answer got lost.
        ConditionExpression: 'attribute_not_exists(pk) OR #until <= :now OR holder = :holder',
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: toItem({ ':now': now.toISOString(), ':holder': holder }),
      }),
    )
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}

export async function unclaim(
  { db, main }: PersonTables,
  { letterId, part }: Claim,
): Promise<void> {
  const Key = toItem({ pk: `L#${letterId}`, sk: part })
  await db.send(new DeleteItemCommand({ TableName: main, Key }))
}
