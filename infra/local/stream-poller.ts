import { setTimeout as wait } from 'node:timers/promises'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Invoke } from './http-gateway.ts'
import { type RawRecord, type StreamPage, type StreamReader, streamReader } from './stream-calls.ts'
import { tableEvent } from './stream-event.ts'
import type { StreamMapping } from './stream-mappings.ts'

export type FollowOptions = {
  dynamodb: DynamoDBClient
  mapping: StreamMapping
  invoke: Invoke
  onFault: (error: unknown) => void
}

/** The database looks through all of a stream at each reading, so it is not asked too often. */
const pauseMs = 500
const retryMs = 1000
const mostRecords = 1000
const newShardsMs = 30_000

/**
 * Plays Lambda's poller for one table's stream: each shard in its order, a batch at a time, the same batch again
 * until the function has taken it. It begins where the database's memory does: a kept database tells all again.
 */
export function followStream(options: FollowOptions): { stop: () => Promise<void> } {
  const aborter = new AbortController()
  const { signal } = aborter
  const over = follow(options, signal).catch((error: unknown) => {
    if (!signal.aborted) options.onFault(error)
  })
  return {
    stop: async () => {
      aborter.abort()
      await over
    },
  }
}

async function follow(options: FollowOptions, signal: AbortSignal): Promise<void> {
  const { dynamodb, mapping, onFault } = options
  const reader = await again(() => streamReader(dynamodb, mapping.table), options, signal)
  const started = new Set<string>()
  for (;;) {
    for (const shard of await again(reader.shards, options, signal)) {
      if (started.has(shard)) continue
      started.add(shard)
      followShard(reader, shard, options, signal).catch((error: unknown) => {
        if (!signal.aborted) onFault(error)
      })
    }
    await wait(newShardsMs, undefined, { signal })
  }
}

async function followShard(
  reader: StreamReader,
  shard: string,
  options: FollowOptions,
  signal: AbortSignal,
): Promise<void> {
  const { batchSize, windowSeconds } = options.mapping
  let next: string | undefined = await again(() => reader.begin(shard), options, signal)
  const held: RawRecord[] = []
  let due = 0
  while (next !== undefined || held.length > 0) {
    if (next !== undefined && held.length < batchSize) {
      const page: StreamPage = await readOn(reader, next, options, signal)
      if (held.length === 0) due = Date.now() + windowSeconds * 1000
      held.push(...page.Records)
      next = page.NextShardIterator ?? undefined
    }
    const isWhole = held.length >= batchSize || next === undefined
    if (isWhole || Date.now() >= due) await hand(held.splice(0, batchSize), options, signal)
    if (held.length < batchSize) await wait(pauseMs, undefined, { signal })
    signal.throwIfAborted()
  }
}

function readOn(
  reader: StreamReader,
  iterator: string,
  options: FollowOptions,
  signal: AbortSignal,
): Promise<StreamPage> {
  return again(() => reader.read(iterator, mostRecords), options, signal)
}

async function hand(
  records: readonly RawRecord[],
  { mapping, invoke }: FollowOptions,
  signal: AbortSignal,
): Promise<void> {
  if (records.length === 0) return
  const event = tableEvent(records, mapping)
  for (;;) {
    const outcome = await invoke(mapping.functionName, event)
    if (outcome.kind !== 'error' || signal.aborted) return
    await wait(retryMs, undefined, { signal })
  }
}

async function again<Value>(
  ask: () => Promise<Value>,
  { onFault }: FollowOptions,
  signal: AbortSignal,
): Promise<Value> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      signal.throwIfAborted()
      onFault(error)
      await wait(retryMs, undefined, { signal })
    }
  }
}
