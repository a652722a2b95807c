import { createHash, type Hash } from 'node:crypto'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { auditPut } from '../consent/ledger.ts'
import { type Files, putJson, putStream, removeFiles } from '../platform/files.ts'
import { randomId } from '../platform/id.ts'
import { transact } from '../platform/table.ts'
import { columnsFor } from './columns.ts'
import { readDepartures } from './departures.ts'
import { type ExportFile, fileUpdate, type StoredExport } from './export-record.ts'
import type { ExportStore } from './export-shard.ts'
import { fileFormats } from './file-format.ts'
import { exportManifest, type ManifestShard } from './manifest.ts'
import {
  linesWithout,
  packedRows,
  type RemainingShard,
  remainingShards,
} from './remaining-shard.ts'

const dayMs = 86_400_000

/**
 * Puts the shards together into one file, without whoever has left meanwhile, and writes the manifest
 * last. The same once more makes a later file without whoever has left since the earlier one. Each
 * attempt has a folder of its own and one update decides which attempt counts, so two of them never
 * mix their files. Undefined when another attempt had been first.
 */
export async function finaliseExport(
  store: ExportStore,
  stored: StoredExport,
): Promise<ExportFile | undefined> {
  const { tables, policy, keys, files, clock } = store
  const { exportId, record } = stored
  const asOf = clock()
  const start = new Date(record.requestedAt)
  const left = await readDepartures(tables, record, { from: start, to: asOf })
  const remaining = await remainingShards(keys, stored, left)
  const folder = `${exportId}/${randomId()}`
  const { key, sha256 } = await joinRows(store, stored, { folder, remaining })
  const members = `members/${folder}/members.txt`
  const shards = await joinMembers(files, members, remaining)
  const file: ExportFile = {
    key,
    sha256,
    manifest: `members/${folder}/manifest.json`,
    rows: shards.reduce((sum, { rows }) => sum + rows, 0),
    asOf: asOf.toISOString(),
    // From the order on: what a later file is made of expires no earlier.
    expiresAt: new Date(start.getTime() + policy.retention.exports * dayMs).toISOString(),
  }
  await putJson(files, file.manifest, exportManifest(policy, stored, { file, members, shards }))
  if (!(await publish(store, stored, file))) {
    await removeFiles(files, [key, members, file.manifest])
    return undefined
  }
  if (record.file !== undefined) await removeFiles(files, [record.file.key])
  return file
}

/** From here on the file can be fetched; how many rows it has is in the ledger (EXP-02). */
async function publish(
  { tables, clock }: ExportStore,
  { exportId, record }: StoredExport,
  file: ExportFile,
): Promise<boolean> {
  const { key: _, manifest: __, ...described } = file
  const outcome = await transact(tables.db, [
    fileUpdate(tables, exportId, { before: record.file, file }),
    {
      Put: auditPut(tables, {
        at: clock(),
        staff: record.requestedBy,
        action: record.file === undefined ? 'export-finished' : 'export-washed',
        subject: exportId,
        details: { ...record.criteria, ...described },
      }),
    },
  ])
  return outcome.kind === 'written'
}

type Joining = { folder: string; remaining: readonly RemainingShard[] }

async function joinRows(
  { policy, files }: ExportStore,
  { record }: StoredExport,
  { folder, remaining }: Joining,
): Promise<{ key: string; sha256: string }> {
  const { extension, header } = fileFormats[record.criteria.format]
  const { person, evidence } = columnsFor(policy, record.criteria)
  const key = `files/${folder}/audience.${extension}`
  const first = gzipSync(header([...person, ...evidence]))
  const hash = createHash('sha256')
  const bytes = Readable.from(joined(files, first, remaining, hash))
  await putStream(files, key, bytes, 'application/gzip')
  return { key, sha256: hash.digest('hex') }
}

/** Gzip files one after another are one gzip file (RFC 1952 §2.2): nothing is packed twice. */
async function* joined(
  files: Files,
  first: Uint8Array,
  remaining: readonly RemainingShard[],
  hash: Hash,
): AsyncGenerator<Uint8Array> {
  hash.update(first)
  yield first
  for (const shard of remaining) {
    for await (const bytes of await packedRows(files, shard)) {
      hash.update(bytes)
      yield bytes
    }
  }
}

/** Returns where each shard lies in the list. */
async function joinMembers(
  files: Files,
  key: string,
  remaining: readonly RemainingShard[],
): Promise<ManifestShard[]> {
  const shards: ManifestShard[] = []
  const lines = async function* () {
    let from = 0
    for (const { shard, done, gone } of remaining) {
      let rows = 0
      for await (const piece of linesWithout(files, done.members, gone)) {
        rows += piece.split('\n').length - 1
        yield piece
      }
      shards.push({ shard, from, rows, refKey: done.refKey, readAt: done.readAt })
      from += rows
    }
  }
  await putStream(files, key, Readable.from(lines()), 'text/plain')
  return shards
}
