import { isJsonObject, type JsonObject } from '../json.ts'

/** The value that a query's condition demands of the partition key. */
export function partitionKeyIn(query: JsonObject, partitionKey: string): string | undefined {
  const { KeyConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues } = query
  if (typeof KeyConditionExpression !== 'string') return undefined
  const names = isJsonObject(ExpressionAttributeNames) ? ExpressionAttributeNames : {}
  const values = isJsonObject(ExpressionAttributeValues) ? ExpressionAttributeValues : {}
  for (const [, name = '', placeholder = ''] of KeyConditionExpression.matchAll(
    /([#\w.-]+)\s*=\s*(:\w+)/g,
  )) {
    const value = values[placeholder]
    if ((names[name] ?? name) === partitionKey && isJsonObject(value)) {
      return String(Object.values(value)[0])
    }
  }
  return undefined
}
