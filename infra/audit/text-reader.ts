import { GetObjectCommand } from '@aws-sdk/client-s3'
import type { ReadFile } from '../../functions/audience/member-list.ts'
import type { Files } from '../../functions/platform/files.ts'

/** Reads files of a bucket as text, whole or in part. @throws NoSuchKey where there is none. */
export function textReader({ s3, bucket }: Files): ReadFile {
  return async (key, bytes) => {
    const Range = bytes && `bytes=${bytes.from}-${bytes.to - 1}`
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range }))
    if (Body === undefined) throw new Error('S3 answered without a body')
    return Body.transformToString()
  }
}
