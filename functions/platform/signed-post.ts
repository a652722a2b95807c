import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SignatureV4 } from '@smithy/signature-v4'

/** One action of an AWS service that speaks JSON. */
export type SignedPost = {
  service: 'sqs' | 'ssm'
  endpoint: URL
  contentType: 'application/x-amz-json-1.0' | 'application/x-amz-json-1.1'
  /** The service's own name and the action's, as `AmazonSSM.GetParametersByPath`. */
  target: string
  answerWithinMs: number
}

/**
 * Signs a call with AWS's own signer and the settings of a client that is there anyway: a service's
 * client would be a fifth of a bundle for one call. Tried once; what the answer means is the caller's.
 */
export function signedPost(
  { config }: Pick<DynamoDBClient, 'config'>,
  { service, endpoint, contentType, target, answerWithinMs }: SignedPost,
): (body: string) => Promise<Response> {
  const { region, credentials, sha256 } = config
  const signer = new SignatureV4({ service, region, credentials, sha256 })
  return async (body) => {
    const { headers } = await signer.sign({
      method: 'POST',
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      path: '/',
      headers: { host: endpoint.host, 'content-type': contentType, 'x-amz-target': target },
      body,
    })
    const signal = AbortSignal.timeout(answerWithinMs)
    return fetch(endpoint, { method: 'POST', headers, body, redirect: 'error', signal })
  }
}
