import { type Files, getLines, writeGzip } from '../platform/files.ts'
import { readDepartures } from './departures.ts'
import type { StoredExport } from './export-record.ts'
import type { ExportStore } from './export-shard.ts'
import { fileFormats, refOfLine } from './file-format.ts'
import type { ManifestShard } from './manifest.ts'
import { recipientRefs } from './ref.ts'

/**
 * The shards as they go into the file. Those nobody has left stay as they were written, whatever
 * their size; the others are written anew.
 */
export async function withoutDepartures(
  { tables, keys, files }: ExportStore,
  { record, shards }: StoredExport,
  { asOf, folder }: { asOf: Date; folder: string },
): Promise<ManifestShard[]> {
  const left = await readDepartures(tables, record, asOf)
  const { extension } = fileFormats[record.criteria.format]
  const result: ManifestShard[] = []
  for (const [shard, done] of [...shards].sort(([a], [b]) => a.localeCompare(b))) {
    const gone = left.get(shard)
    if (gone === undefined) {
      result.push({ shard, ...done })
      continue
    }
    const { refOf } = recipientRefs(await keys('ref'), record.criteria.recipient, done.refKey)
    const refs = new Set(gone.map(refOf))
    const part = `${folder}/shards/${shard}.${extension}`
    const members = `${folder}/shards/${shard}.members.gz`
    const rows = await copyWithout(files, { from: done.part, to: part, refs })
    await copyWithout(files, { from: done.members, to: members, refs })
    result.push({ shard, ...done, part, members, rows })
  }
  return result
}

/** Returns how many lines stay. */
async function copyWithout(
  files: Files,
  { from, to, refs }: { from: string; to: string; refs: ReadonlySet<string> },
): Promise<number> {
  await using copy = writeGzip(files, to)
  let rows = 0
  for await (const line of getLines(files, from)) {
    if (refs.has(refOfLine(line))) continue
    await copy.write(`${line}\n`)
    rows += 1
  }
  await copy.close()
  return rows
}
