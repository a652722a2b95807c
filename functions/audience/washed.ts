import type { Tables } from '../platform/table.ts'
import { readDepartures } from './departures.ts'
import type { ExportFile, ExportRecord } from './export-record.ts'
import { readManifest } from './manifest.ts'
import { bytesToFind, findMembers, type ReadFile } from './member-list.ts'

/** More than this is not read while somebody waits: then the file is washed whoever is in it. */
const mostBytes = 100_000_000

/**
 * Whether nobody in the file has left since it was put together. An act that is being written at this
 * very moment may be missed: whoever fetches the file hears of it by the list of departures.
 */
export async function isWashed(
  { tables, read }: { tables: Pick<Tables, 'db' | 'main'>; read: ReadFile },
  { record, file }: { record: ExportRecord; file: ExportFile },
  now: Date,
): Promise<boolean> {
  const left = await readDepartures(tables, record, { from: new Date(file.asOf), to: now })
  if (left.size === 0) return true
  const { members, shards } = await readManifest(read, file.manifest)
  const asked = shards.flatMap((list) => {
    const contactIds = left.get(list.shard)
    return contactIds === undefined ? [] : { list, contactIds }
  })
  const bytes = asked.map(({ list, contactIds }) => bytesToFind(list, contactIds.length))
  if (bytes.reduce((sum, each) => sum + each, 0) > mostBytes) return false
  for (const { list, contactIds } of asked) {
    const found = await findMembers(read, { key: members, list }, contactIds)
    if (found.size > 0) return false
  }
  return true
}
