import type { S3Client } from '@aws-sdk/client-s3'
import { publishSite } from '../publish-site.ts'
import type { Distribution } from './distribution.ts'

/** Uploads the built pages to the bucket that the CDN shows. */
export async function publishTo(
  distribution: Distribution,
  s3: S3Client,
  dir: string,
): Promise<void> {
  const origin = distribution.behaviours.at(-1)?.origin
  if (origin?.kind !== 'bucket') throw new Error('The CDN shows no bucket by default')
  await publishSite({ s3, bucket: origin.bucket, dir })
}
