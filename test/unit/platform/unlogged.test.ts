import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, it } from 'vitest'
import { unlogged } from '../../../functions/platform/unlogged.ts'

const region = 'eu-north-1'
const logs = (client: DynamoDBClient | SQSClient) =>
  client.middlewareStack.identify().filter((step) => step.startsWith('loggerMiddleware'))

describe.each([
  ['DynamoDB', () => new DynamoDBClient({ region })],
  ['SQS', () => new SQSClient({ region })],
])('SEC-14: the %s client', (_, create) => {
  it('comes with a step that hands inputs and outputs to a logger', () => {
    expect(logs(create())).toHaveLength(1)
  })

  it('has no such step once it is unlogged, and every other one still', () => {
    const client = create()
    const before = client.middlewareStack.identify()
    expect(unlogged(client)).toBe(client)
    expect(logs(client)).toEqual([])
    expect(client.middlewareStack.identify()).toHaveLength(before.length - 1)
  })
})
