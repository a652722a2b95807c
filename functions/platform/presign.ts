import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SignatureV4 } from '@smithy/signature-v4'

export type Presigned = {
  method: 'GET' | 'PUT'
  key: string
  query?: Record<string, string>
  /** Whoever uses the URL must send these. */
  headers?: Record<string, string>
  seconds: number
  at: Date
}
export type Presign = (what: Presigned) => Promise<string>

/**
 * Presigns with AWS's own signer and the settings of a client that is there anyway: the S3 client and
 * its presigner would weigh more than the rest of a function that only hands out links.
 * @param endpoint where S3 answers, without the bucket: buckets are addressed by path.
 */
export function presigner(
  { config }: Pick<DynamoDBClient, 'config'>,
  endpoint: URL,
  bucket: string,
): Presign {
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
  return async ({ method, key, query = {}, headers = {}, seconds, at }) => {
    const { query: signed = {} } = await signer.presign(
      {
        method,
        protocol: endpoint.protocol,
        hostname: endpoint.hostname,
        path: `/${bucket}/${key}`,
        query,
        headers: {
          host: endpoint.host,
          'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD',
          ...headers,
        },
      },
      { expiresIn: seconds, signingDate: at },
    )
    const parameters = Object.entries(signed).map(
      ([field, value]) => `${encodeURIComponent(field)}=${encodeURIComponent(String(value))}`,
    )
    return `${endpoint.origin}/${bucket}/${key}?${parameters.join('&')}`
  }
}
