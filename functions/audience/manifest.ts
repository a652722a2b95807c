import * as v from 'valibot'
import type { Policy } from '../consent/policy.ts'
import { columnsFor } from './columns.ts'
import type { ExportFile, StoredExport } from './export-record.ts'
import type { ReadFile } from './member-list.ts'

const shardSchema = v.object({
  shard: v.string(),
  rows: v.number(),
  /** Its first line in the member list. */
  from: v.number(),
  refKey: v.number(),
  readAt: v.string(),
})
export type ManifestShard = v.InferOutput<typeof shardSchema>

const manifestSchema = v.looseObject({
  file: v.string(),
  members: v.string(),
  rows: v.number(),
  sha256: v.string(),
  asOf: v.string(),
  shards: v.array(shardSchema),
})
export type Manifest = v.InferOutput<typeof manifestSchema>

/** What the manifest of a file says of it: enough to check it, and to answer for it (EXP-02). */
export function exportManifest(
  policy: Policy,
  { exportId, record }: StoredExport,
  { file, members, shards }: { file: ExportFile; members: string; shards: ManifestShard[] },
) {
  const { key, manifest: _, ...described } = file
  const { criteria, requestedBy, requestedAt } = record
  const { person, evidence } = columnsFor(policy, criteria)
  return {
    version: 1,
    id: exportId,
    ...criteria,
    requestedBy,
    requestedAt,
    noticeVersion: policy.notice.version,
    columns: [...person, ...evidence],
    evidence,
    file: key,
    members,
    ...described,
    shards,
  }
}

export async function readManifest(read: ReadFile, key: string): Promise<Manifest> {
  return v.parse(v.pipe(v.string(), v.parseJson(), manifestSchema), await read(key))
}
