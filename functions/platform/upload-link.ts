import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { presigner } from './presign.ts'

/** A URL to put one file to, with what has to be sent along. */
export type UploadLink = { url: string; headers: Record<string, string> }
export type UploadLinks = (
  key: string,
  upload: { bytes: number; seconds: number; at: Date },
) => Promise<UploadLink>

/**
 * Links for a file of exactly so many bytes, under a name that nobody has yet: size and name are signed, so
 * S3 takes nothing larger, and nothing in the place of what was uploaded.
 * @param endpoint where S3 answers, without the bucket: buckets are addressed by path.
 */
export function uploadLinks(
  client: Pick<DynamoDBClient, 'config'>,
  endpoint: URL,
  bucket: string,
): UploadLinks {
  const presign = presigner(client, endpoint, bucket)
  return async (key, { bytes, seconds, at }) => {
    const once = { 'if-none-match': '*' }
    const url = await presign({
      method: 'PUT',
      key,
      headers: { ...once, 'content-length': String(bytes) },
      seconds,
      at,
    })
    return { url, headers: once }
  }
}
