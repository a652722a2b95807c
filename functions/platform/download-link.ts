import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { presigner } from './presign.ts'

/** A URL that lets its bearer fetch one file of the bucket for some seconds, saved under `name`. */
export type DownloadLink = (
  key: string,
  link: { name: string; seconds: number; at: Date },
) => Promise<string>

/** @param endpoint where S3 answers, without the bucket: buckets are addressed by path. */
export function downloadLinks(
  client: Pick<DynamoDBClient, 'config'>,
  endpoint: URL,
  bucket: string,
): DownloadLink {
  const presign = presigner(client, endpoint, bucket)
  return (key, { name, seconds, at }) =>
    presign({
      method: 'GET',
      key,
      query: {
        'response-content-disposition': `attachment; filename="${name}"`,
        'x-id': 'GetObject',
      },
      seconds,
      at,
    })
}
