import type { Policy } from '../consent/policy.ts'
import { columnsFor } from './columns.ts'
import type { DoneShard, ExportFile, StoredExport } from './export-record.ts'

export type ManifestShard = DoneShard & { shard: string }

/** What `manifest.json` says of the file beside it: enough to check it, and to answer for it (EXP-02). */
export function exportManifest(
  policy: Policy,
  { exportId, record }: StoredExport,
  { file, shards }: { file: ExportFile; shards: readonly ManifestShard[] },
) {
  const { key, ...described } = file
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
    ...described,
    shards: shards.map(({ shard, rows, members, refKey, readAt }) => ({
      shard,
      rows,
      members,
      refKey,
      readAt,
    })),
  }
}
