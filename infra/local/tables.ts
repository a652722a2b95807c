import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { type Assembly, type Resource, resourcesOfType } from './assembly.ts'

const keySchema = v.array(
  v.object({ AttributeName: v.string(), KeyType: v.picklist(['HASH', 'RANGE']) }),
)

const projectionSchema = v.object({
  ProjectionType: v.optional(v.picklist(['ALL', 'KEYS_ONLY', 'INCLUDE'])),
  NonKeyAttributes: v.optional(v.array(v.string())),
})

const tableSchema = v.object({
  KeySchema: keySchema,
  AttributeDefinitions: v.array(
    v.object({ AttributeName: v.string(), AttributeType: v.picklist(['S', 'N', 'B']) }),
  ),
  GlobalSecondaryIndexes: v.optional(
    v.array(
      v.object({ IndexName: v.string(), KeySchema: keySchema, Projection: projectionSchema }),
    ),
  ),
  StreamSpecification: v.optional(
    v.object({
      StreamViewType: v.picklist(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']),
    }),
  ),
  TimeToLiveSpecification: v.optional(
    v.object({ AttributeName: v.optional(v.string()), Enabled: v.boolean() }),
  ),
})

export type Table = v.InferOutput<typeof tableSchema> & { logicalId: string; name: string }

export function readTables(assembly: Assembly): Table[] {
  return resourcesOfType(assembly, 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').map(
    ({ logicalId, name, properties }: Resource) => ({
      ...v.parse(tableSchema, properties),
      logicalId,
      name,
    }),
  )
}

/** Creates what does not exist yet, so that a kept database is left as it is. */
export async function createTables(
  client: DynamoDBClient,
  tables: readonly Table[],
): Promise<void> {
  for (const table of tables) {
    if (await createTable(client, table)) await enableTimeToLive(client, table)
  }
}

async function createTable(client: DynamoDBClient, table: Table): Promise<boolean> {
  try {
    await client.send(
      new CreateTableCommand({
        TableName: table.name,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: table.KeySchema,
        AttributeDefinitions: table.AttributeDefinitions,
        GlobalSecondaryIndexes: table.GlobalSecondaryIndexes?.map((index) => ({
          IndexName: index.IndexName,
          KeySchema: index.KeySchema,
          Projection: { ...index.Projection },
        })),
        ...(table.StreamSpecification && {
          StreamSpecification: { StreamEnabled: true, ...table.StreamSpecification },
        }),
      }),
    )
  } catch (error) {
    if (error instanceof ResourceInUseException) return false
    throw error
  }
  await untilActive(client, table.name)
  return true
}

async function untilActive(client: DynamoDBClient, name: string): Promise<void> {
  for (;;) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }))
    if (Table?.TableStatus === 'ACTIVE') return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function enableTimeToLive(client: DynamoDBClient, table: Table): Promise<void> {
  const { AttributeName, Enabled } = table.TimeToLiveSpecification ?? {}
  if (Enabled !== true || AttributeName === undefined) return
  await client.send(
    new UpdateTimeToLiveCommand({
      TableName: table.name,
      TimeToLiveSpecification: { AttributeName, Enabled },
    }),
  )
}
