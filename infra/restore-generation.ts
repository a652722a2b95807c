import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import {
  GetParameterCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm'
import * as v from 'valibot'
import { generationKey, generationParameter } from '../functions/platform/restore-gate.ts'

/**
 * The two halves of the restore generation (RIGHT-13): the parameter says which one is wanted, and the
 * item in `Main` which one the table is of. Functions read both; only an operator writes them.
 */
export type WantedGeneration = {
  generation: number
  /** When it was raised: by then everything was told to stop. */
  at: Date
}

const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const valueSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ generation: count, at: v.pipe(v.string(), v.isoTimestamp()) }),
)

export async function readWanted(
  ssm: SSMClient,
  path: string,
): Promise<WantedGeneration | undefined> {
  try {
    const { Parameter } = await ssm.send(
      new GetParameterCommand({ Name: generationParameter(path) }),
    )
    const { generation, at } = v.parse(valueSchema, Parameter?.Value)
    return { generation, at: new Date(at) }
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined
    throw error
  }
}

export async function writeWanted(
  ssm: SSMClient,
  path: string,
  { generation, at }: WantedGeneration,
  { overwrite }: { overwrite: boolean },
): Promise<void> {
  await ssm.send(
    new PutParameterCommand({
      Name: generationParameter(path),
      Type: 'String',
      Value: JSON.stringify({ generation, at: at.toISOString() }),
      Overwrite: overwrite,
    }),
  )
}

/** The first one of a stage, before its first deployment. @returns false when there was one. */
export async function createFirstGeneration(
  ssm: SSMClient,
  path: string,
  at: Date,
): Promise<boolean> {
  try {
    await writeWanted(ssm, path, { generation: 1, at }, { overwrite: false })
    return true
  } catch (error) {
    if (error instanceof ParameterAlreadyExists) return false
    throw error
  }
}

type MainTable = { db: DynamoDBClient; main: string }

/** What the table is of; undefined for one that was never opened. */
export async function readTableGeneration({ db, main }: MainTable): Promise<number | undefined> {
  const Key = itemKey()
  const { Item } = await db.send(new GetItemCommand({ TableName: main, Key, ConsistentRead: true }))
  return Item === undefined ? undefined : v.parse(count, Number(Item.generation?.N))
}

/** From here on the table is served. */
export async function openTable(
  { db, main }: MainTable,
  { generation, at }: WantedGeneration,
): Promise<void> {
  await db.send(new PutItemCommand({ TableName: main, Item: itemOf(generation, at) }))
}

/**
 * Opens a table for the first time. One that has a generation stays as it is; and once a restore was
 * begun, only its replay opens anything.
 * @returns what became of it.
 */
export async function openFirst(
  { db, main }: MainTable,
  { ssm, path }: { ssm: SSMClient; path: string },
  at: Date,
): Promise<'opened' | 'open-before' | 'restoring' | 'no-generation'> {
  const wanted = await readWanted(ssm, path)
  if (wanted === undefined) return 'no-generation'
  const found = await readTableGeneration({ db, main })
  if (found !== undefined) return found === wanted.generation ? 'open-before' : 'restoring'
  if (wanted.generation !== 1) return 'restoring'
  try {
    const ConditionExpression = 'attribute_not_exists(pk)'
    const Item = itemOf(1, at)
    await db.send(new PutItemCommand({ TableName: main, Item, ConditionExpression }))
    return 'opened'
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'open-before'
    throw error
  }
}

const itemKey = () => ({ pk: { S: generationKey.pk }, sk: { S: generationKey.sk } })

const itemOf = (generation: number, at: Date) => ({
  ...itemKey(),
  generation: { N: String(generation) },
  at: { S: at.toISOString() },
})
