import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { arn, type CallReader, type Inventory } from './call.ts'
import { partitionKeyIn } from './key-condition.ts'
import type { AccessRequest } from './statement.ts'

type Needs = (input: JsonObject, inventory: Inventory) => AccessRequest[] | undefined

/** Each action in a transaction is checked as if it stood alone. */
const transactionActions = new Map([
  ['Put', 'PutItem'],
  ['Update', 'UpdateItem'],
  ['Delete', 'DeleteItem'],
  ['ConditionCheck', 'ConditionCheckItem'],
  ['Get', 'GetItem'],
])

const oneItem =
  (action: string): Needs =>
  (input, inventory) => {
    const table = tableIn(input)
    const key = table && keyOf(table, input.Item ?? input.Key, inventory)
    return table && key ? [access(action, table, [key], inventory)] : undefined
  }

const transaction: Needs = ({ TransactItems }, inventory) =>
  all(list(TransactItems), (entry) => {
    const [[kind, input] = ['', null]] = Object.entries(isJsonObject(entry) ? entry : {})
    const action = transactionActions.get(kind)
    return action && isJsonObject(input) ? oneItem(action)(input, inventory) : undefined
  })

const batchGet: Needs = ({ RequestItems }, inventory) =>
  all(entries(RequestItems), ([table, wanted]) => {
    const keys = isJsonObject(wanted) ? list(wanted.Keys) : []
    return several('BatchGetItem', nameOf(table), keys, inventory)
  })

const batchWrite: Needs = ({ RequestItems }, inventory) =>
  all(entries(RequestItems), ([table, writes]) => {
    const items = list(writes).map((write) => {
      const [request] = isJsonObject(write) ? Object.values(write) : []
      return isJsonObject(request) ? (request.Item ?? request.Key ?? null) : null
    })
    return several('BatchWriteItem', nameOf(table), items, inventory)
  })

const query: Needs = (input, inventory) => {
  const table = tableIn(input)
  if (table === undefined) return undefined
  const place = placeIn(table, input)
  const partitionKey = inventory.partitionKeys.get(place.replace('/index/', '/'))
  const key = partitionKey && partitionKeyIn(input, partitionKey)
  return key ? [access('Query', place, [key], inventory)] : undefined
}

/** A scan names no key, so a condition on keys has nothing to look at. */
const scan: Needs = (input, inventory) => {
  const table = tableIn(input)
  if (table === undefined) return undefined
  const resource = arn(inventory, 'dynamodb', `table/${placeIn(table, input)}`)
  return [{ action: 'dynamodb:Scan', resource, context: secure }]
}

const operations = new Map<string, Needs>(
  Object.entries({
    GetItem: oneItem('GetItem'),
    PutItem: oneItem('PutItem'),
    UpdateItem: oneItem('UpdateItem'),
    DeleteItem: oneItem('DeleteItem'),
    TransactWriteItems: transaction,
    TransactGetItems: transaction,
    BatchGetItem: batchGet,
    BatchWriteItem: batchWrite,
    Query: query,
    Scan: scan,
  }),
)

/** DynamoDB names the operation in a header and everything else in the body. */
export const readDynamoDbCall: CallReader = ({ target, body }, inventory) => {
  const operation = target.replace(/^DynamoDB_20120810\./, '')
  const input: Json = JSON.parse(body.toString())
  const needs = isJsonObject(input) ? operations.get(operation)?.(input, inventory) : undefined
  return needs === undefined || needs.length === 0 ? undefined : { operation, needs }
}

const secure = { 'aws:SecureTransport': ['true'] }

function access(action: string, place: string, keys: string[], inventory: Inventory) {
  return {
    action: `dynamodb:${action}`,
    resource: arn(inventory, 'dynamodb', `table/${place}`),
    context: { ...secure, 'dynamodb:LeadingKeys': keys },
  }
}

function several(action: string, table: string, items: Json[], inventory: Inventory) {
  const keys = all(items, (item) => {
    const key = keyOf(table, item, inventory)
    return key === undefined ? undefined : [key]
  })
  return keys && [access(action, table, keys, inventory)]
}

/** Everything together, or nothing when one part cannot be read. */
function all<T, R>(parts: readonly T[], read: (part: T) => R[] | undefined): R[] | undefined {
  const found = parts.map(read)
  return found.includes(undefined) ? undefined : found.flatMap((each) => each ?? [])
}

function keyOf(table: string, item: Json | undefined, { partitionKeys }: Inventory) {
  const partitionKey = partitionKeys.get(table)
  const value = isJsonObject(item) && partitionKey !== undefined ? item[partitionKey] : undefined
  return isJsonObject(value) ? String(Object.values(value)[0]) : undefined
}

function tableIn({ TableName }: JsonObject): string | undefined {
  return typeof TableName === 'string' ? nameOf(TableName) : undefined
}

/** A table may be named by its ARN. */
function nameOf(table: string): string {
  return table.replace(/^arn:.*:table\//, '')
}

function placeIn(table: string, { IndexName }: JsonObject): string {
  return typeof IndexName === 'string' ? `${table}/index/${IndexName}` : table
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}

function entries(value: Json | undefined): [string, Json][] {
  return isJsonObject(value) ? Object.entries(value) : []
}
