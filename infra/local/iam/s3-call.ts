import type { Call, CallReader, ServiceRequest } from './call.ts'

type Wanted = { operation: string; action: string }

/** Query fields that only shape an answer; any other one names something of its own to be allowed. */
const harmless =
  /^(x-id|x-amz-.*|response-.*|list-type|prefix|delimiter|max-keys|continuation-token|start-after|encoding-type)$/i

/** S3 addressed by path. What is not here, such as versions, tags and policies, is refused. */
export const readS3Call: CallReader = (request) => {
  const { pathname, searchParams } = new URL(request.url, 'http://s3')
  const [, bucket = '', ...segments] = pathname.split('/')
  const key = decoded(segments.join('/'))
  if (bucket === '' || key === undefined) return undefined
  const fields = [...searchParams.keys()].filter((field) => !harmless.test(field)).sort()
  const route = `${request.method} ${key === '' ? 'bucket' : 'object'} ${fields.join('&')}`.trim()
  if (route === 'POST bucket delete') return deletion(bucket, request)
  const wanted = routes[route]
  if (wanted === undefined) return undefined
  const { operation, action } = wanted
  return { operation, needs: [access(action, key === '' ? bucket : `${bucket}/${key}`)] }
}

const routes: Record<string, Wanted> = {
  'GET bucket': { operation: 'ListObjects', action: 'ListBucket' },
  'HEAD bucket': { operation: 'HeadBucket', action: 'ListBucket' },
  'GET object': { operation: 'GetObject', action: 'GetObject' },
  'HEAD object': { operation: 'HeadObject', action: 'GetObject' },
  'PUT object': { operation: 'PutObject', action: 'PutObject' },
  'DELETE object': { operation: 'DeleteObject', action: 'DeleteObject' },
  'POST object uploads': { operation: 'CreateMultipartUpload', action: 'PutObject' },
  'PUT object partNumber&uploadId': { operation: 'UploadPart', action: 'PutObject' },
  'POST object uploadId': { operation: 'CompleteMultipartUpload', action: 'PutObject' },
  'DELETE object uploadId': { operation: 'AbortMultipartUpload', action: 'AbortMultipartUpload' },
  'GET object uploadId': { operation: 'ListParts', action: 'ListMultipartUploadParts' },
}

/** Several files in one call, each of which must be allowed. */
function deletion(bucket: string, { body }: ServiceRequest): Call | undefined {
  const keys = [...body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) =>
    key.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
  )
  const needs = keys.map((key) => access('DeleteObject', `${bucket}/${key}`))
  return needs.length === 0 ? undefined : { operation: 'DeleteObjects', needs }
}

function access(action: string, path: string) {
  return {
    action: `s3:${action}`,
    resource: `arn:aws:s3:::${path}`,
    context: { 'aws:SecureTransport': ['true'] },
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
