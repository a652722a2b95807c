import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'

const shardsSchema = v.object({
  StreamDescription: v.object({ Shards: v.array(v.object({ ShardId: v.string() })) }),
})
const iteratorSchema = v.object({ ShardIterator: v.string() })
const pageSchema = v.object({
  Records: v.array(v.looseObject({ eventID: v.string(), userIdentity: v.optional(v.unknown()) })),
  NextShardIterator: v.nullish(v.string()),
})
export type StreamPage = v.InferOutput<typeof pageSchema>
export type RawRecord = StreamPage['Records'][number]

/** Reads a table's stream from its beginning, as far back as the database remembers. */
export type StreamReader = {
  shards: () => Promise<string[]>
  begin: (shardId: string) => Promise<string>
  read: (iterator: string, limit: number) => Promise<StreamPage>
}

/**
 * DynamoDB's stream operations answer where its tables do. The SDK has a client of their own for them; three
 * plain calls need none, and nobody here checks a signature.
 */
export async function streamReader(db: DynamoDBClient, table: string): Promise<StreamReader> {
  const { Table } = await db.send(new DescribeTableCommand({ TableName: table }))
  const StreamArn = Table?.LatestStreamArn
  if (StreamArn === undefined) throw new Error(`${table} has no stream`)
  const ask = async (operation: string, input: object): Promise<unknown> => {
    const { protocol, hostname, port } = (await db.config.endpoint?.()) ?? {}
    const answer = await fetch(`${protocol}//${hostname}:${port}/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDBStreams_20120810.${operation}`,
        authorization: `AWS4-HMAC-SHA256 Credential=localcloud/20260101/${await db.config.region()}/dynamodb/aws4_request, SignedHeaders=host, Signature=none`,
        'x-amz-date': '20260101T000000Z',
      },
      body: JSON.stringify(input),
    })
    if (!answer.ok) throw new Error(`${operation} was answered ${answer.status}`)
    return answer.json()
  }
  return {
    shards: async () => {
      const answer = v.parse(shardsSchema, await ask('DescribeStream', { StreamArn }))
      return answer.StreamDescription.Shards.map(({ ShardId }) => ShardId)
    },
    begin: async (ShardId) => {
      const from = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }
      return v.parse(iteratorSchema, await ask('GetShardIterator', from)).ShardIterator
    },
    read: async (ShardIterator, Limit) =>
      v.parse(pageSchema, await ask('GetRecords', { ShardIterator, Limit })),
  }
}
