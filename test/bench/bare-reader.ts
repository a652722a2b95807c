import {
  type AttributeValue,
  BatchGetItemCommand,
  DynamoDBClient,
  QueryCommand,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb'

/** The floor of an export: reads every membership and its key, counts them, and drops them. */
const db = new DynamoDBClient({})
const main = process.env.MAIN_TABLE ?? ''
const keys = process.env.KEYS_TABLE ?? ''

export async function handler(): Promise<number> {
  let count = 0
  for (let shard = 0; shard < 64; shard++) {
    count += await readShard(`T#webinars#${String(shard).padStart(2, '0')}`)
  }
  return count
}

async function readShard(pk: string): Promise<number> {
  let count = 0
  let start: Record<string, AttributeValue> | undefined
  do {
    const page: QueryCommandOutput = await db.send(
      new QueryCommand({
        TableName: main,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
        ConsistentRead: true,
        ExclusiveStartKey: start,
      }),
    )
    const owners = (page.Items ?? []).map(({ sk }) => `C#${sk?.S}`)
    const groups = Array.from({ length: Math.ceil(owners.length / 100) }, (_, index) =>
      owners.slice(100 * index, 100 * index + 100),
    )
    for (const found of await Promise.all(groups.map(readKeys))) count += found
    start = page.LastEvaluatedKey
  } while (start !== undefined)
  return count
}

async function readKeys(owners: readonly string[]): Promise<number> {
  const { Responses = {} } = await db.send(
    new BatchGetItemCommand({
      RequestItems: {
        [keys]: { Keys: owners.map((pk) => ({ pk: { S: pk } })), ConsistentRead: true },
      },
    }),
  )
  return Responses[keys]?.length ?? 0
}
