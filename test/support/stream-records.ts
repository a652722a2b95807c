import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type RawRecord, streamReader } from '../../infra/local/stream-calls.ts'

/** All that a table's stream remembers: each call tells again whatever was told before. */
export async function streamRecords(db: DynamoDBClient, table: string): Promise<RawRecord[]> {
  const reader = await streamReader(db, table)
  const records: RawRecord[] = []
  for (const shard of await reader.shards()) {
    let next: string | undefined = await reader.begin(shard)
    while (next !== undefined) {
      const page: Awaited<ReturnType<typeof reader.read>> = await reader.read(next, 1000)
      records.push(...page.Records)
      next = page.Records.length === 0 ? undefined : (page.NextShardIterator ?? undefined)
    }
  }
  return records
}
