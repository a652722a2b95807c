import { randomUUID } from 'node:crypto'
import { runViewerRequest } from './cdn-function.ts'
import type { Behaviour, Distribution } from './distribution.ts'
import type { ApiRequest } from './http-api-event.ts'
import type { HttpResponse } from './http-api-response.ts'
import type { HttpGateway } from './http-gateway.ts'

/** A request as the CDN gets it from a browser, a mail client or a mailbox provider. */
export type CdnRequest = {
  method: string
  path: string
  query: string
  headers: ReadonlyMap<string, string>
  viewer: { ip: string; port: number }
  body: Buffer
}

export type Cdn = (request: CdnRequest) => Promise<HttpResponse>

export type CdnOrigins = {
  gateway: HttpGateway
  object: (bucket: string, key: string) => Promise<HttpResponse>
}

/**
 * The address the API sees as its caller: one of the CDN's, never the viewer's. Code that takes it
 * for the person's network would then treat everybody as one.
 */
const edgeIp = '130.176.0.1'

/** Stands for CloudFront: picks the behaviour, runs its function, asks its origin. Caches nothing. */
export function createCdn(distribution: Distribution, origins: CdnOrigins): Cdn {
  const serve: Cdn = async (request) => {
    const behaviour = behaviourFor(distribution, request.path)
    const response = await answer(distribution, origins, behaviour, request)
    return withHeaders(response, behaviour)
  }
  return async (request) => {
    const response = await serve(request)
    const page = distribution.errorPages.find(({ status }) => status === response.status)
    if (!page) return response
    const instead = await serve({ ...request, method: 'GET', path: page.path, query: '' })
    return { ...instead, status: page.answerStatus }
  }
}

async function answer(
  { rootObject }: Distribution,
  origins: CdnOrigins,
  behaviour: Behaviour,
  request: CdnRequest,
): Promise<HttpResponse> {
  if (!behaviour.methods.includes(request.method)) return notAllowed
  let uri = request.path
  let { headers } = request
  if (behaviour.viewerRequest !== undefined) {
    const verdict = runViewerRequest(
      behaviour.viewerRequest,
      { ...request, uri },
      request.viewer.ip,
    )
    if (verdict.kind === 'answer') return { ...verdict, body: Buffer.from(verdict.body) }
    uri = verdict.uri
    headers = verdict.headers
  }
  if (uri === '/' && rootObject !== '') uri = `/${rootObject}`
  if (behaviour.origin.kind === 'api') {
    return origins.gateway(
      originRequest({ ...request, headers }, uri, behaviour.origin.customHeaders),
    )
  }
  const { bucket, prefix } = behaviour.origin
  const response = await origins.object(bucket, objectKey(prefix, uri))
  return isKnown(request, response) ? { ...response, status: 304, body: Buffer.alloc(0) } : response
}

/** First behaviour whose pattern fits; the default one fits everything. */
function behaviourFor({ behaviours }: Distribution, path: string): Behaviour {
  const found = behaviours.find(({ pathPattern }) => fits(pathPattern, path))
  if (!found) throw new Error(`No behaviour of the distribution fits ${path}`)
  return found
}

function fits(pattern: string, path: string): boolean {
  const source = pattern
    .replace(/^\//, '')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 's').test(path.replace(/^\//, ''))
}

function originRequest(
  request: CdnRequest,
  path: string,
  customHeaders: Record<string, string>,
): ApiRequest {
  const { ip } = request.viewer
  const headers = new Map([
    ...request.headers,
    ...Object.entries(customHeaders),
    ['via', '1.1 local.cloudfront.net (CloudFront)'],
    ['x-amz-cf-id', randomUUID()],
    [
      'x-amzn-trace-id',
      `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomUUID().replaceAll('-', '').slice(0, 24)}`,
    ],
    [
      'x-forwarded-for',
      [request.headers.get('x-forwarded-for'), ip, edgeIp].filter(Boolean).join(', '),
    ],
    ['x-forwarded-port', '443'],
    ['x-forwarded-proto', 'https'],
  ])
  const { method, query, body } = request
  return { method, path, query, headers, sourceIp: edgeIp, body }
}

function objectKey(prefix: string, uri: string): string {
  try {
    return prefix + decodeURIComponent(uri.slice(1))
  } catch {
    return prefix + uri.slice(1)
  }
}

function isKnown(request: CdnRequest, response: HttpResponse): boolean {
  const known = request.headers.get('if-none-match')
  return known !== undefined && response.status === 200 && known === response.headers.etag
}

function withHeaders(response: HttpResponse, behaviour: Behaviour): HttpResponse {
  const headers = { ...response.headers }
  for (const name of behaviour.removedHeaders) delete headers[name]
  for (const { name, value, override } of behaviour.addedHeaders) {
    if (override || headers[name] === undefined) headers[name] = value
  }
  return { ...response, headers }
}

const notAllowed: HttpResponse = {
  status: 403,
  headers: { 'content-type': 'text/html' },
  body: Buffer.from('This distribution is not configured to allow the HTTP request method.'),
}
