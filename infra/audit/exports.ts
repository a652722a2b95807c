import { createHash } from 'node:crypto'
import { pipeline, Transform } from 'node:stream'
import { createGunzip } from 'node:zlib'
import * as v from 'valibot'
import {
  allShardsDone,
  type ExportFile,
  exportState,
  readExport,
  type StoredExport,
} from '../../functions/audience/export-record.ts'
import { refOfLine } from '../../functions/audience/file-format.ts'
import { type ManifestShard, readManifest } from '../../functions/audience/manifest.ts'
import { shardOf } from '../../functions/contact/membership.ts'
import { type Files, getLines, getStream } from '../../functions/platform/files.ts'
import type { Inspect } from './inspect.ts'
import { type Finding, findingsOf } from './invariants.ts'
import { recallFindings } from './recalls.ts'
import { textReader } from './text-reader.ts'

/** Invariant 8: items, manifest, rows and member lists while a file can be fetched; recalls for longer. */
export const inspectExport: Inspect = async (audit, item) => {
  const { store, files, now } = audit
  const pk = String(item.pk)
  const exportId = pk.slice('X#'.length)
  const read = await readExport(store.tables, exportId, now).catch((error: unknown) => {
    if (error instanceof v.ValiError) return 'unreadable' as const
    throw error
  })
  if (read === 'unreadable') return findingsOf(8, pk, { 'unreadable export': true })
  if (read === undefined) return []
  const { record } = read
  const unrecalled = async (): Promise<Finding[]> =>
    files === undefined ? [] : recallFindings(audit, files, { exportId, record })
  // Its file is gone by then, and whoever fetched it may still hold it.
  if (exportState(record, now) !== 'ready') return unrecalled()
  const { file } = record
  if (file === undefined) return findingsOf(8, pk, { 'ready without a file': true })
  const broken = [
    ...itemFindings(read, file),
    ...(files === undefined ? [] : await fileFindings(files, { pk, stored: read, file })),
  ]
  // Nobody can be found by the lists of a file that is not whole.
  return broken.length > 0 ? broken : unrecalled()
}

/** What the items alone tell. Who left while it ran was taken out: the shards may count more. */
function itemFindings(stored: StoredExport, file: ExportFile): Finding[] {
  const shards = [...stored.shards.values()]
  const rows = shards.reduce((sum, shard) => sum + shard.rows, 0)
  return findingsOf(8, `X#${stored.exportId}`, {
    'ready without all shards': !allShardsDone(stored),
    'more rows than its shards': file.rows > rows,
    'shard read after the file was put together': shards.some(({ readAt }) => readAt > file.asOf),
  })
}

async function fileFindings(
  files: Files,
  { pk, stored, file }: { pk: string; stored: StoredExport; file: ExportFile },
): Promise<Finding[]> {
  const missing = (what: string) => findingsOf(8, pk, { [`no ${what} in the bucket`]: true })
  const manifest = await orMissing(() => readManifest(textReader(files), file.manifest))
  if (manifest === undefined) return missing('manifest')
  if (manifest === 'unreadable') return findingsOf(8, pk, { 'unreadable manifest': true })
  const { shards, ...described } = manifest
  const rows = await orMissing(() => readRows(files, file.key))
  if (rows === undefined || rows === 'unreadable') return missing('file')
  const members = await orMissing(() => readMembers(files, described.members, shards))
  if (members === undefined || members === 'unreadable') return missing('member list')
  const header = stored.record.criteria.format === 'csv' ? 1 : 0
  return findingsOf(8, pk, {
    'manifest of another file': described.file !== file.key,
    'manifest with another hash': described.sha256 !== file.sha256,
    'file with another hash': rows.sha256 !== file.sha256,
    'manifest with another count': described.rows !== file.rows,
    'file with another count': rows.lines - header !== file.rows,
    'member lists with another count': members.lines !== file.rows || members.differs,
    'member lists of other people': members.refs !== rows.refs,
  })
}

async function readRows(files: Files, key: string) {
  const whole = createHash('sha256')
  const listen = new Transform({
    transform: (chunk: Buffer, _, done) => {
      whole.update(chunk)
      done(null, chunk)
    },
  })
  const text = pipeline(await getStream(files, key), listen, createGunzip(), () => {})
  const refs = createHash('sha256')
  let lines = 0
  let rest = ''
  const take = (line: string) => {
    lines += 1
    const ref = refOfLine(line)
    // The header's first column is called what the others hold.
    if (ref !== 'ref') refs.update(`${ref}\n`)
  }
  for await (const chunk of text.setEncoding('utf8')) {
    const parts = (rest + String(chunk)).split('\n')
    rest = parts.pop() ?? ''
    for (const line of parts) take(line)
  }
  if (rest !== '') take(rest)
  return { lines, sha256: whole.digest('hex'), refs: refs.digest('hex') }
}

/** The list of everybody, which is in the order of the file, and each of its shards. */
async function readMembers(files: Files, key: string, shards: readonly ManifestShard[]) {
  const refs = createHash('sha256')
  const counts = new Map<string, number>()
  let lines = 0
  for await (const line of getLines(files, key)) {
    const [ref = '', contactId = ''] = line.split(' ')
    const shard = shardOf(contactId)
    counts.set(shard, (counts.get(shard) ?? 0) + 1)
    lines += 1
    refs.update(`${ref}\n`)
  }
  const differs = shards.some(({ shard, rows }) => rows !== (counts.get(shard) ?? 0))
  return { lines, differs, refs: refs.digest('hex') }
}

/** Undefined for an object that is not there; what cannot be reached is a fault of the audit. */
async function orMissing<Value>(
  read: () => Promise<Value>,
): Promise<Value | 'unreadable' | undefined> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined
    if (error instanceof v.ValiError) return 'unreadable'
    throw error
  }
}
