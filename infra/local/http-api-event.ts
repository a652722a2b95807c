import { randomUUID } from 'node:crypto'
import { accountId } from './resource-values.ts'

/** A request as it reaches the HTTP API, whatever stood before it. */
export type ApiRequest = {
  method: string
  /** Path as sent, still percent-encoded. */
  path: string
  query: string
  headers: ReadonlyMap<string, string>
  sourceIp: string
  body: Buffer
}

export type ApiRoute = {
  apiId: string
  domainName: string
  routeKey: string
  parameters: Record<string, string>
  jwt: { claims: Record<string, string>; scopes: string[] | null } | undefined
}

/** Builds the event exactly as API Gateway's HTTP API does (payload format 2.0). */
export function apiEvent(request: ApiRequest, route: ApiRoute, now: Date) {
  const { cookie, ...headers } = Object.fromEntries(request.headers)
  const path = decodePath(request.path)
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: path,
    rawQueryString: request.query,
    ...(cookie !== undefined && { cookies: cookie.split('; ') }),
    headers: { ...headers, host: route.domainName },
    ...(request.query !== '' && { queryStringParameters: joinedQuery(request.query) }),
    requestContext: {
      accountId,
      apiId: route.apiId,
      ...(route.jwt && { authorizer: { jwt: route.jwt } }),
      domainName: route.domainName,
      domainPrefix: route.domainName.split('.')[0] ?? '',
      http: {
        method: request.method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: request.headers.get('user-agent') ?? '',
      },
      requestId: randomUUID(),
      routeKey: route.routeKey,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(Object.keys(route.parameters).length > 0 && { pathParameters: route.parameters }),
    ...bodyOf(request),
  }
}

function bodyOf({ body, headers }: ApiRequest): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false }
  const isText = isTextType(headers.get('content-type'))
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText }
}

// As measured on AWS: only these arrive as text. A form body and one without a type are base64.
function isTextType(contentType: string | undefined): boolean {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  return type.startsWith('text/') || /^application\/(json|xml|javascript)$/.test(type)
}

function joinedQuery(query: string): Record<string, string> {
  const joined = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(query)) {
    const before = joined.get(name)
    joined.set(name, before === undefined ? value : `${before},${value}`)
  }
  return Object.fromEntries(joined)
}

// HTTP APIs hand over `rawPath` decoded, unlike REST APIs and function URLs.
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

// 12/Mar/2020:19:03:58 +0000
function commonLogTime(now: Date): string {
  const [date = '', time = ''] = now.toISOString().split(/[T.]/)
  const [year, , day] = date.split('-')
  return `${day}/${months[now.getUTCMonth()]}/${year}:${time} +0000`
}
