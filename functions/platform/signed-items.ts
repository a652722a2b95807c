import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import * as v from 'valibot'
import type { Caller } from './caller.ts'
import { signedRead } from './signed-read.ts'

const attribute = v.custom<AttributeValue>((value) => typeof value === 'object' && value !== null)
const answerSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ Item: v.optional(v.record(v.string(), attribute)) }),
)

/**
 * One item of a table, read strongly by DynamoDB's `GetItem` without the DynamoDB client; undefined when there
 * is none. For items that hold no bytes: JSON has none.
 */
export function signedItems(
  caller: Caller,
  endpoint: URL,
  table: string,
): (key: { pk: string; sk: string }) => Promise<Record<string, unknown> | undefined> {
  const read = signedRead(caller, {
    service: 'dynamodb',
    endpoint,
    contentType: 'application/x-amz-json-1.0',
    target: 'DynamoDB_20120810.GetItem',
  })
  return async ({ pk, sk }) => {
    const Key = { pk: { S: pk }, sk: { S: sk } }
    const { Item } = v.parse(
      answerSchema,
      await read({ TableName: table, Key, ConsistentRead: true }),
    )
    return Item && unmarshall(Item)
  }
}
