import {
  ConditionalCheckFailedException,
  PutItemCommand,
  type TransactWriteItem,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import * as v from 'valibot'
import { shardCount } from '../contact/membership.ts'
import { isPastTtl, readPartition, type Tables, toItem, ttlAt } from '../platform/table.ts'
import { criteriaSchema } from './criteria.ts'

/**
 * One export: `X#<id>` / `X`, and beside it `S#<nn>` for each shard that is done. What is done is
 * counted from those items, never from a counter, so a shard that is done twice counts once.
 */
const time = v.pipe(v.string(), v.isoTimestamp())
const fileSchema = v.object({
  key: v.string(),
  /** Beside its member list, and with it longer-lived than the file itself. */
  manifest: v.string(),
  rows: v.number(),
  sha256: v.string(),
  /** Whoever had turned off before this moment is not in the file. */
  asOf: time,
  expiresAt: time,
})
export type ExportFile = v.InferOutput<typeof fileSchema>

const recordSchema = v.object({
  state: v.picklist(['running', 'ready', 'failed']),
  criteria: criteriaSchema,
  requestedBy: v.string(),
  requestedAt: time,
  file: v.optional(fileSchema),
  /** The manifest of the first file: whoever is in a later one is in this one, too. */
  firstManifest: v.optional(v.string()),
  /** When a file left for the recipient first, and the manifest of that file. */
  given: v.optional(v.object({ at: time, manifest: v.string() })),
  /** How far the recipient has followed the recalls. */
  acknowledged: v.optional(v.object({ at: time, place: v.string() })),
  ttl: v.number(),
})
export type ExportRecord = v.InferOutput<typeof recordSchema>

export function parseRecord(item: Record<string, unknown>): ExportRecord {
  return v.parse(recordSchema, item)
}

const shardSchema = v.object({
  rows: v.number(),
  /** The rows as one gzip file without a header, and who they are: `ref contactId` in each line. */
  part: v.string(),
  members: v.string(),
  refKey: v.number(),
  readAt: time,
})
export type DoneShard = v.InferOutput<typeof shardSchema>
export type StoredExport = {
  exportId: string
  record: ExportRecord
  shards: ReadonlyMap<string, DoneShard>
}

const pk = (exportId: string): string => `X#${exportId}`
export const recordKey = (exportId: string) => ({ pk: pk(exportId), sk: 'X' })
const shardPrefix = 'S#'

/** So long after its last recall an export still answers "expired" rather than "never heard of it". */
const rememberedDays = 30
export const exportTtl = (at: Date, recallDays: number): number =>
  ttlAt(at, recallDays + rememberedDays)

export function exportPut(
  tables: Pick<Tables, 'main'>,
  exportId: string,
  record: ExportRecord,
): TransactWriteItem {
  return {
    Put: {
      TableName: tables.main,
      Item: toItem({ ...recordKey(exportId), ...record }),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  }
}

/** The export and its shards in one strong query; undefined when there is none, or no longer. */
export async function readExport(
  tables: Pick<Tables, 'db' | 'main'>,
  exportId: string,
  now: Date,
): Promise<StoredExport | undefined> {
  const shards = new Map<string, DoneShard>()
  let record: ExportRecord | undefined
  for await (const item of readPartition(tables.db, tables.main, pk(exportId))) {
    const sk = String(item.sk)
    if (sk === 'X' && !isPastTtl(item, now)) record = parseRecord(item)
    if (sk.startsWith(shardPrefix)) {
      shards.set(sk.slice(shardPrefix.length), v.parse(shardSchema, item))
    }
  }
  return record === undefined ? undefined : { exportId, record, shards }
}

/** Notes a shard as done. False when it was already: the files of the first one stand. */
export async function saveShard(
  tables: Pick<Tables, 'db' | 'main'>,
  { exportId, record }: StoredExport,
  shard: string,
  done: DoneShard,
): Promise<boolean> {
  try {
    await tables.db.send(
      new PutItemCommand({
        TableName: tables.main,
        Item: toItem({
          pk: pk(exportId),
          sk: `${shardPrefix}${shard}`,
          ...done,
          ttl: record.ttl,
        }),
        // Also true of this very write, asked for again because its answer got lost.
        ConditionExpression: 'attribute_not_exists(pk) OR part = :part',
        ExpressionAttributeValues: toItem({ ':part': done.part }),
      }),
    )
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}

/**
 * Makes a file the one to fetch: the first of a running export, or a later one in the place of `before`.
 * The condition fails for all but the first who try.
 */
export function fileUpdate(
  tables: Pick<Tables, 'main'>,
  exportId: string,
  { before, file }: { before: ExportFile | undefined; file: ExportFile },
): TransactWriteItem {
  return {
    Update: {
      TableName: tables.main,
      Key: toItem(recordKey(exportId)),
      UpdateExpression:
        'SET #state = :ready, #file = :file, firstManifest = if_not_exists(firstManifest, :first)',
      ConditionExpression: before === undefined ? '#state = :running' : '#file.#key = :before',
      ExpressionAttributeNames: {
        '#state': 'state',
        '#file': 'file',
        ...(before === undefined ? {} : { '#key': 'key' }),
      },
      ExpressionAttributeValues: toItem({
        ':ready': 'ready',
        ':file': file,
        ':first': file.manifest,
        ...(before === undefined ? { ':running': 'running' } : { ':before': before.key }),
      }),
    },
  }
}

/** Notes that a file leaves; the condition fails when it is no longer the one to fetch. */
export function givenUpdate(
  tables: Pick<Tables, 'main'>,
  exportId: string,
  { file, at }: { file: ExportFile; at: Date },
): TransactWriteItem {
  return {
    Update: {
      TableName: tables.main,
      Key: toItem(recordKey(exportId)),
      UpdateExpression: 'SET given = if_not_exists(given, :given)',
      ConditionExpression: '#file.#key = :key',
      ExpressionAttributeNames: { '#file': 'file', '#key': 'key' },
      ExpressionAttributeValues: toItem({
        ':given': { at: at.toISOString(), manifest: file.manifest },
        ':key': file.key,
      }),
    },
  }
}

/**
 * Makes the message of one shard the one that asks for the file to be put together: shards that end
 * together would else all ask. Delivered again, it may ask again.
 */
export function claimFinalising(
  tables: Pick<Tables, 'db' | 'main'>,
  exportId: string,
  shard: string,
): Promise<boolean> {
  return updateIf(tables, exportId, {
    UpdateExpression: 'SET finaliser = :shard',
    ConditionExpression: 'attribute_not_exists(finaliser) OR finaliser = :shard',
    ExpressionAttributeValues: toItem({ ':shard': shard }),
  })
}

/** Gives a running export up. */
export async function failExport(
  tables: Pick<Tables, 'db' | 'main'>,
  exportId: string,
): Promise<void> {
  await updateIf(tables, exportId, {
    UpdateExpression: 'SET #state = :failed',
    ConditionExpression: '#state = :running',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: toItem({ ':failed': 'failed', ':running': 'running' }),
  })
}

/** Returns whether the condition held. */
async function updateIf(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  exportId: string,
  update: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>,
): Promise<boolean> {
  try {
    await db.send(
      new UpdateItemCommand({ TableName: main, Key: toItem(recordKey(exportId)), ...update }),
    )
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}

/** By then the queue has set aside what could not be done: nothing is coming any more. */
const givenUpAfterMs = 3 * 3_600_000

export type ExportState = ExportRecord['state'] | 'expired'

export function exportState({ state, file, requestedAt }: ExportRecord, now: Date): ExportState {
  if (file !== undefined) return now < new Date(file.expiresAt) ? 'ready' : 'expired'
  const givenUp = now.getTime() - Date.parse(requestedAt) >= givenUpAfterMs
  return state === 'running' && givenUp ? 'failed' : state
}

export const allShardsDone = ({ shards }: StoredExport): boolean => shards.size === shardCount
