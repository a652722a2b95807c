import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { type Tables, toItem } from './table.ts'

/** How many of a kind may pass in a stretch of time: `RATE#<what>` / `<start of the stretch>`. */
export type Rate = { seconds: number; most: number }

/**
 * Takes places in one count, all or none of them.
 * @returns 0, or the milliseconds until the count starts anew.
 */
export async function takePlaces(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  { what, rate: { seconds, most }, places }: { what: string; rate: Rate; places: number },
  now: Date,
): Promise<number> {
  const start = Math.floor(now.getTime() / 1000 / seconds) * seconds
  const end = start + seconds
  try {
    await db.send(
      new UpdateItemCommand({
        TableName: main,
        Key: toItem({ pk: `RATE#${what}`, sk: new Date(start * 1000).toISOString() }),
        UpdateExpression: 'SET #ttl = :ttl ADD #count :places',
        ConditionExpression: 'attribute_not_exists(#count) OR #count <= :room',
        ExpressionAttributeNames: { '#ttl': 'ttl', '#count': 'count' },
        ExpressionAttributeValues: toItem({
          ':ttl': end,
          ':places': places,
          ':room': most - places,
        }),
      }),
    )
    return 0
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return end * 1000 - now.getTime()
    throw error
  }
}
