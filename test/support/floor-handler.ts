import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'

const client = new DynamoDBClient({})

/** The least that a Lambda which reads one item can be: what sizes and times are compared with. */
export async function handler(event: { id: string }): Promise<unknown> {
  const answer = await client.send(
    new GetItemCommand({
      TableName: process.env.MAIN_TABLE,
      Key: { pk: { S: `C#${event.id}` }, sk: { S: 'C' } },
      ConsistentRead: true,
    }),
  )
  return answer.Item
}
