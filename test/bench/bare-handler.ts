import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  DynamoDBClient,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb'
import { SendMessageCommand, type SendMessageCommandInput, SQSClient } from '@aws-sdk/client-sqs'

/**
 * The floor: the least that a Lambda can be which makes the same calls with the same content. Which
 * calls those are was recorded from the function it is compared with.
 */
type Call =
  | { action: 'TransactWriteItems'; input: TransactWriteItemsCommandInput }
  | { action: 'BatchGetItem'; input: BatchGetItemCommandInput }
  | { action: 'SendMessage'; input: SendMessageCommandInput }

const db = new DynamoDBClient({})
const sqs = new SQSClient({})
let next: Call[][] = []

/** @param prepared for each event to come, its calls as JSON. */
export function prepare(prepared: readonly string[]): void {
  next = prepared.map((calls) => JSON.parse(calls, withBytes)).reverse()
}

/** DynamoDB's JSON holds binary values as base64, the client wants the bytes. */
function withBytes(key: string, value: unknown): unknown {
  return key === 'B' && typeof value === 'string' ? Buffer.from(value, 'base64') : value
}

export async function handler(): Promise<{ statusCode: number; body: string }> {
  for (const call of next.pop() ?? []) await send(call)
  return { statusCode: 200, body: 'ok' }
}

async function send(call: Call): Promise<unknown> {
  switch (call.action) {
    case 'TransactWriteItems':
      return db.send(new TransactWriteItemsCommand(call.input))
    case 'BatchGetItem':
      return db.send(new BatchGetItemCommand(call.input))
    case 'SendMessage':
      return sqs.send(new SendMessageCommand(call.input))
  }
}
