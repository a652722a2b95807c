import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { describe, expect, it } from 'vitest'
import { downloadLinks } from '../../../functions/platform/download-link.ts'

const at = new Date('2026-11-23T12:00:00Z')
const name = 'newsletter-crm-2026-11-23.csv.gz'
const credentials = [
  { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'a+b/c==' },
]

describe('the download link', () => {
  it.each([
    ...credentials.map((keys) => ({ keys, endpoint: 'https://s3.eu-north-1.amazonaws.com' })),
    ...credentials.map((keys) => ({ keys, endpoint: 'http://127.0.0.1:4566' })),
  ])('is what AWS’s own presigner makes of it: $endpoint, $keys.accessKeyId', async (given) => {
    const { keys, endpoint } = given
    const region = 'eu-north-1'
    const db = new DynamoDBClient({ region, credentials: keys })
    const key = '0192/abc/audience.csv.gz'
    const ours = await downloadLinks(
      db,
      new URL(endpoint),
      'exports',
    )(key, { name, seconds: 60, at })

    const s3 = new S3Client({
      region,
      endpoint,
      credentials: keys,
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    })
    const command = new GetObjectCommand({
      Bucket: 'exports',
      Key: key,
      ResponseContentDisposition: `attachment; filename="${name}"`,
    })
    const theirs = await getSignedUrl(s3, command, { expiresIn: 60, signingDate: at })
    expect(parts(ours)).toEqual(parts(theirs))
    expect(parts(ours).query['X-Amz-Expires']).toBe('60')
  })
})

/** The order of the parameters means nothing; all else does, the signature above all. */
function parts(text: string) {
  const url = new URL(text)
  return { place: url.origin + url.pathname, query: Object.fromEntries(url.searchParams) }
}
