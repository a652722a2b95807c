import { pipeline, Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { type Files, getLines, getStream } from '../platform/files.ts'
import type { KeySource } from '../platform/keyring.ts'
import type { DoneShard, StoredExport } from './export-record.ts'
import { refOfLine } from './file-format.ts'
import { recipientRefs } from './ref.ts'

/** A shard as it goes into a file: all that was read, but for whoever has left since. */
export type RemainingShard = { shard: string; done: DoneShard; gone: ReadonlySet<string> }

/** @param left who has left, by the shard they were in. */
export async function remainingShards(
  keys: KeySource,
  { record, shards }: StoredExport,
  left: ReadonlyMap<string, readonly string[]>,
): Promise<RemainingShard[]> {
  const held = await keys('ref')
  return [...shards]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([shard, done]) => {
      const contactIds = left.get(shard) ?? []
      if (contactIds.length === 0) return { shard, done, gone: new Set() }
      const { refOf } = recipientRefs(held, record.criteria.recipient, done.refKey)
      return { shard, done, gone: new Set(contactIds.map(refOf)) }
    })
}

/** Its rows as a gzip file. One that nobody has left stays as it was written, whatever its size. */
export async function packedRows(
  files: Files,
  { done, gone }: RemainingShard,
): Promise<AsyncIterable<Uint8Array>> {
  if (gone.size === 0) return getStream(files, done.part)
  // The callback makes a fault of either stream the fault of whoever reads.
  return pipeline(Readable.from(linesWithout(files, done.part, gone)), createGzip(), () => {})
}

const together = 1 << 16

/** The lines of a file but those about `gone`, in pieces large enough to pass on one by one. */
export async function* linesWithout(
  files: Files,
  key: string,
  gone: ReadonlySet<string>,
): AsyncGenerator<string> {
  let piece = ''
  for await (const line of getLines(files, key)) {
    if (gone.has(refOfLine(line))) continue
    piece += `${line}\n`
    if (piece.length < together) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}
