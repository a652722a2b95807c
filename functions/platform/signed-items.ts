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
 * Reads single items of a table strongly, of each only the named attributes, by DynamoDB's `GetItem` without the
 * DynamoDB client; undefined when there is none. Not for attributes of bytes, which JSON does not know.
 */
export function signedItems(
  caller: Caller,
  endpoint: URL,
  { table, attributes }: { table: string; attributes: readonly string[] },
): (key: { pk: string; sk: string }) => Promise<Record<string, unknown> | undefined> {
  const read = signedRead(caller, {
    service: 'dynamodb',
    endpoint,
    contentType: 'application/x-amz-json-1.0',
    target: 'DynamoDB_20120810.GetItem',
  })
  const wanted = {
    TableName: table,
    ConsistentRead: true,
    ProjectionExpression: attributes.map((_, at) => `#a${at}`).join(),
    ExpressionAttributeNames: Object.fromEntries(attributes.map((name, at) => [`#a${at}`, name])),
  }
  return async ({ pk, sk }) => {
    const answer = await read({ ...wanted, Key: { pk: { S: pk }, sk: { S: sk } } })
    const { Item } = v.parse(answerSchema, answer)
    return Item && unmarshall(Item)
  }
}
