import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SignatureV4 } from '@smithy/signature-v4'

/** A URL that lets its bearer fetch one file of the bucket for some seconds, saved under `name`. */
export type DownloadLink = (
  key: string,
  link: { name: string; seconds: number; at: Date },
) => Promise<string>

/**
 * Presigns with AWS's own signer and the settings of a client that is there anyway: the S3 client and
 * its presigner would weigh more than the rest of a function that only hands out links.
 * @param endpoint where S3 answers, without the bucket: buckets are addressed by path.
 */
export function downloadLinks(
  { config }: Pick<DynamoDBClient, 'config'>,
  endpoint: URL,
  bucket: string,
): DownloadLink {
  const { region, credentials, sha256 } = config
  const signer = new SignatureV4({
    service: 's3',
    region,
    credentials,
    sha256,
    // S3 alone signs the path as it stands and leaves the body out.
    uriEscapePath: false,
    applyChecksum: false,
  })
  return async (key, { name, seconds, at }) => {
    const { query = {} } = await signer.presign(
      {
        method: 'GET',
        protocol: endpoint.protocol,
        hostname: endpoint.hostname,
        path: `/${bucket}/${key}`,
        query: {
          'response-content-disposition': `attachment; filename="${name}"`,
          'x-id': 'GetObject',
        },
        headers: { host: endpoint.host, 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' },
      },
      { expiresIn: seconds, signingDate: at },
    )
    const parameters = Object.entries(query).map(
      ([field, value]) => `${encodeURIComponent(field)}=${encodeURIComponent(String(value))}`,
    )
    return `${endpoint.origin}/${bucket}/${key}?${parameters.join('&')}`
  }
}
