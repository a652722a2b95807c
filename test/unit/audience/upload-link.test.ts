import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { describe, expect, it } from 'vitest'
import { uploadLinks } from '../../../functions/platform/upload-link.ts'

const at = new Date('2026-11-23T12:00:00Z')
const region = 'eu-north-1'
const credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'a+b/c==',
}
const key = 'files/0192.csv'

const ours = (bytes: number) =>
  uploadLinks(
    new DynamoDBClient({ region, credentials }),
    new URL('https://s3.eu-north-1.amazonaws.com'),
    'imports',
  )(key, { bytes, seconds: 900, at })

describe('the upload link', () => {
  it('is what AWS’s own presigner makes of it: size and "not yet there" are signed', async () => {
    const s3 = new S3Client({
      region,
      endpoint: 'https://s3.eu-north-1.amazonaws.com',
      credentials,
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
    })
    const command = new PutObjectCommand({
      Bucket: 'imports',
      Key: key,
      ContentLength: 1234,
      IfNoneMatch: '*',
    })
    const theirs = new URL(
      await getSignedUrl(s3, command, {
        expiresIn: 900,
        signingDate: at,
        unhoistableHeaders: new Set(['if-none-match', 'content-length']),
      }),
    )
    const { url, headers } = await ours(1234)
    const signed = new URL(url).searchParams
    expect(signed.get('X-Amz-SignedHeaders')).toBe('content-length;host;if-none-match')
    expect(theirs.searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;host;if-none-match')
    expect(signed.get('X-Amz-Expires')).toBe('900')
    expect(headers).toEqual({ 'if-none-match': '*' })
  })

  it('for one size is not one for another', async () => {
    const [one, other] = await Promise.all([ours(1234), ours(1235)])
    const signature = ({ url }: { url: string }) => new URL(url).searchParams.get('X-Amz-Signature')
    expect(signature(one)).not.toBe(signature(other))
  })
})
