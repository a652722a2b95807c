import { GetObjectCommand, NoSuchKey, type S3Client } from '@aws-sdk/client-s3'
import type { HttpResponse } from './http-api-response.ts'

/** Fetches one object as CloudFront does with origin access control: what is missing is 403. */
export async function fetchObject(
  s3: S3Client,
  bucket: string,
  key: string,
): Promise<HttpResponse> {
  try {
    const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    const body = await object.Body?.transformToByteArray()
    const headers: Record<string, string> = {
      'content-type': object.ContentType ?? 'binary/octet-stream',
    }
    if (object.CacheControl !== undefined) headers['cache-control'] = object.CacheControl
    if (object.ContentLanguage !== undefined) headers['content-language'] = object.ContentLanguage
    if (object.ContentEncoding !== undefined) headers['content-encoding'] = object.ContentEncoding
    if (object.ETag !== undefined) headers.etag = object.ETag
    if (object.LastModified) headers['last-modified'] = object.LastModified.toUTCString()
    return { status: 200, headers, body: Buffer.from(body ?? []) }
  } catch (error) {
    if (error instanceof NoSuchKey) return accessDenied
    throw error
  }
}

// The CDN may read objects but not list them, so S3 does not tell it which ones exist.
const accessDenied: HttpResponse = {
  status: 403,
  headers: { 'content-type': 'application/xml' },
  body: Buffer.from(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
  ),
}
