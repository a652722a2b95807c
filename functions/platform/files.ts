import { once } from 'node:events'
import { pipeline, Readable } from 'node:stream'
import { createGunzip, createGzip } from 'node:zlib'
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'

/** Files in a bucket, written and read as streams: a file is never held in memory whole. */
export type Files = { s3: S3Client; bucket: string }

/** S3 takes no smaller parts; one is on its way while the next one fills. */
const partSize = 5 * 1024 * 1024

export async function putStream(
  { s3, bucket }: Files,
  key: string,
  body: Readable,
  contentType: string,
): Promise<void> {
  const params = { Bucket: bucket, Key: key, Body: body, ContentType: contentType }
  await new Upload({ client: s3, params, partSize, queueSize: 1 }).done()
}

export async function putJson({ s3, bucket }: Files, key: string, value: unknown): Promise<void> {
  const body = `${JSON.stringify(value, null, 2)}\n`
  await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/json' }),
  )
}

/** The bytes of a file. @throws when there is none. */
export async function getStream({ s3, bucket }: Files, key: string): Promise<Readable> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  if (!(Body instanceof Readable)) throw new Error('S3 answered without a body')
  return Body
}

/** The lines of a file, each without its line feed; one whose name ends in `.gz` is packed. */
export async function* getLines(files: Files, key: string): AsyncGenerator<string> {
  const bytes = await getStream(files, key)
  // The callback makes a fault of either stream the fault of the loop below; it needs nothing more.
  const text = key.endsWith('.gz') ? pipeline(bytes, createGunzip(), () => {}) : bytes
  let rest = ''
  for await (const chunk of text.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

/** At most 1,000 keys. A file that is not there counts as removed. */
export async function removeFiles({ s3, bucket }: Files, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true }
  const { Errors } = await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete }))
  if (Errors !== undefined && Errors.length > 0) throw new Error('S3 did not remove every file')
}

/** A gzip file being written, as fast as the bucket takes it. */
export type GzipWriter = {
  write: (text: string) => Promise<void>
  /** The file exists only once this has returned. */
  close: () => Promise<void>
  /** Leaves nothing behind of a file that was not closed. */
  [Symbol.asyncDispose]: () => Promise<void>
}

export function writeGzip({ s3, bucket }: Files, key: string): GzipWriter {
  const gzip = createGzip()
  const params = { Bucket: bucket, Key: key, Body: gzip, ContentType: 'application/gzip' }
  const upload = new Upload({ client: s3, params, partSize, queueSize: 1 })
  let settled = false
  const done = upload.done().finally(() => {
    settled = true
  })
  // Whoever writes or closes next hears of a fault; until then it must not end the process.
  done.catch(() => {})
  return {
    write: async (text) => {
      if (settled) await done
      if (!gzip.write(text)) await Promise.race([once(gzip, 'drain'), done])
    },
    close: async () => {
      gzip.end()
      await done
    },
    [Symbol.asyncDispose]: async () => {
      if (settled) return
      await upload.abort()
      gzip.destroy()
      await done.catch(() => {})
    },
  }
}
