import { createHash, type Hash } from 'node:crypto'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { auditPut } from '../consent/ledger.ts'
import { type Files, getStream, putJson, putStream, removeFiles } from '../platform/files.ts'
import { randomId } from '../platform/id.ts'
import { transact } from '../platform/table.ts'
import { columnsFor } from './columns.ts'
import { type ExportFile, readyUpdate, type StoredExport } from './export-record.ts'
import type { ExportStore } from './export-shard.ts'
import { fileFormats } from './file-format.ts'
import { exportManifest, type ManifestShard } from './manifest.ts'
import { withoutDepartures } from './without-departures.ts'

const dayMs = 86_400_000

/**
 * Puts the shards together into one file, without whoever has left meanwhile, and writes the manifest
 * last. Each attempt has a folder of its own and one update decides which attempt counts, so two of
 * them never mix their files. Undefined when another attempt had been first.
 */
export async function finaliseExport(
  store: ExportStore,
  stored: StoredExport,
): Promise<ExportFile | undefined> {
  const { policy, files, clock } = store
  const asOf = clock()
  const folder = `${stored.exportId}/${randomId()}`
  const shards = await withoutDepartures(store, stored, { asOf, folder })
  const file: ExportFile = {
    ...(await joinShards(store, stored, { folder, shards })),
    rows: shards.reduce((sum, { rows }) => sum + rows, 0),
    asOf: asOf.toISOString(),
    expiresAt: new Date(asOf.getTime() + policy.retention.exports * dayMs).toISOString(),
  }
  const manifestKey = `${folder}/manifest.json`
  await putJson(files, manifestKey, exportManifest(policy, stored, { file, shards }))

  const isFirst = await publish(store, stored, file)
  const written = [...stored.shards.values(), ...shards].flatMap(({ part, members }) => [
    part,
    members,
  ])
  if (!isFirst) {
    const ours = written.filter((key) => key.startsWith(folder))
    await removeFiles(files, [file.key, manifestKey, ...ours])
    return undefined
  }
  const memberLists = new Set(shards.map(({ members }) => members))
  await removeFiles(
    files,
    written.filter((key) => !memberLists.has(key)),
  )
  return file
}

/** From here on the file can be fetched; how many rows it has is in the ledger (EXP-02). */
async function publish(
  { tables, clock }: ExportStore,
  { exportId, record }: StoredExport,
  file: ExportFile,
): Promise<boolean> {
  const { key: _, ...described } = file
  const outcome = await transact(tables.db, [
    readyUpdate(tables, exportId, file),
    {
      Put: auditPut(tables, {
        at: clock(),
        staff: record.requestedBy,
        action: 'export-finished',
        subject: exportId,
        details: { ...record.criteria, ...described },
      }),
    },
  ])
  return outcome.kind === 'written'
}

async function joinShards(
  { policy, files }: ExportStore,
  { record }: StoredExport,
  { folder, shards }: { folder: string; shards: readonly ManifestShard[] },
): Promise<{ key: string; sha256: string }> {
  const { extension, header } = fileFormats[record.criteria.format]
  const { person, evidence } = columnsFor(policy, record.criteria)
  const key = `${folder}/audience.${extension}`
  const first = gzipSync(header([...person, ...evidence]))
  const hash = createHash('sha256')
  const parts = shards.map(({ part }) => part)
  await putStream(files, key, Readable.from(joined(files, first, parts, hash)), 'application/gzip')
  return { key, sha256: hash.digest('hex') }
}

/** Gzip files one after another are one gzip file (RFC 1952 §2.2): nothing is packed twice. */
async function* joined(
  files: Files,
  first: Uint8Array,
  parts: readonly string[],
  hash: Hash,
): AsyncGenerator<Uint8Array> {
  hash.update(first)
  yield first
  for (const part of parts) {
    for await (const bytes of await getStream(files, part)) {
      hash.update(bytes)
      yield bytes
    }
  }
}
