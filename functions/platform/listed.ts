import { QueryCommand } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { fromItem, isPastTtl, readTogether, type Tables, toItem } from './table.ts'

export type ListPage = {
  /** The partition whose sort keys are places, in the order of time. */
  list: string
  /** Only what is older than this place; from the newest on when left out. */
  before?: string | undefined
  limit: number
  /** Where the thing lies that a place stands for. */
  keyOf: (place: string) => Record<string, string>
}

/** Things with a list of their own, newest first, without those that are forgotten. */
export async function listedBefore(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  { list, before, limit, keyOf }: ListPage,
  now: Date,
): Promise<{
  listed: { place: string; item: Record<string, unknown> }[]
  next: string | undefined
}> {
  const { Items = [], LastEvaluatedKey } = await db.send(
    new QueryCommand({
      TableName: main,
      KeyConditionExpression: before === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :before',
      ExpressionAttributeValues: toItem({ ':pk': list, ':before': before }),
      ScanIndexForward: false,
      ConsistentRead: true,
      Limit: limit,
    }),
  )
  const places = Items.map((item) => v.parse(placeSchema, fromItem(item)).sk)
  const items = await readTogether(
    db,
    places.map((place) => ({ table: main, key: keyOf(place) })),
  )
  const listed = places.flatMap((place, index) => {
    const item = items[index]
    return item === undefined || isPastTtl(item, now) ? [] : { place, item }
  })
  return { listed, next: LastEvaluatedKey === undefined ? undefined : places.at(-1) }
}

const placeSchema = v.object({ sk: v.string() })
