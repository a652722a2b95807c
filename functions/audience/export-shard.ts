import { type Files, removeFiles, writeGzip } from '../platform/files.ts'
import { randomId } from '../platform/id.ts'
import { cellsOf, columnsFor } from './columns.ts'
import { type StoredExport, saveShard } from './export-record.ts'
import { fileFormats } from './file-format.ts'
import { memberLine } from './member-list.ts'
import { type MemberStore, readMembers } from './members.ts'
import { recipientRefs } from './ref.ts'

export type ExportStore = MemberStore & { files: Files }

/**
 * Writes the rows of one shard, and beside them who they are. A worker that dies leaves no trace but
 * files that nobody refers to and the bucket expires; whoever takes over writes files of their own.
 */
export async function exportShard(
  store: ExportStore,
  stored: StoredExport,
  shard: string,
): Promise<void> {
  const { tables, policy, keys, files, clock } = store
  const { criteria } = stored.record
  const format = fileFormats[criteria.format]
  const { person, evidence } = columnsFor(policy, criteria)
  const columns = [...person, ...evidence]
  const { keyId: refKey, refOf } = recipientRefs(await keys('ref'), criteria.recipient)
  const stem = `files/${stored.exportId}/shards/${shard}-${randomId()}`
  const done = { part: `${stem}.${format.extension}`, members: `${stem}.members.gz` }
  const readAt = clock().toISOString()

  await using part = writeGzip(files, done.part)
  await using members = writeGzip(files, done.members)
  let rows = 0
  for await (const group of readMembers(store, criteria, shard)) {
    const known = group.map((member) => ({ member, ref: refOf(member.permit.contactId) }))
    const cells = known.map(({ member, ref }) => cellsOf(columns, member, ref))
    await part.write(format.lines(columns, cells))
    await members.write(
      known.map(({ member, ref }) => memberLine(ref, member.permit.contactId)).join(''),
    )
    rows += group.length
  }
  await part.close()
  await members.close()

  if (!(await saveShard(tables, stored, shard, { ...done, rows, refKey, readAt }))) {
    await removeFiles(files, [done.part, done.members])
  }
}
