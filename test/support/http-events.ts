import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { type HttpEdge, httpHandler, type Route } from '../../functions/platform/http.ts'

/** A request as an HTTP API hands it over (payload 2.0). */
export function httpEvent(
  method: string,
  path: string,
  over: Partial<APIGatewayProxyEventV2> = {},
): APIGatewayProxyEventV2 {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: {},
    isBase64Encoded: false,
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'api.example',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: 'request-1',
      routeKey: '$default',
      stage: '$default',
      time: '02/Nov/2026:09:00:00 +0000',
      timeEpoch: Date.parse('2026-11-02T09:00:00.000Z'),
    },
    ...over,
  }
}

export type Faults = { message: string; fault: unknown }[]

/** An edge with these routes, and the faults that it logged. */
export function edgeOf(
  routes: readonly Route[],
  over: Partial<HttpEdge> = {},
): {
  answer: (event: unknown) => Promise<APIGatewayProxyStructuredResultV2>
  faults: Faults
} {
  const faults: Faults = []
  const handler = httpHandler({
    log: { info: () => {}, fault: (message, fault) => faults.push({ message, fault }) },
    routes,
    origin: 'open',
    isOpen: 'always',
    contentSecurityPolicy: "default-src 'none'",
    bodies: 'parsed',
    maxBodyBytes: 1000,
    ...over,
  })
  const context = {} as Context
  return { answer: (event) => handler(event as APIGatewayProxyEventV2, context), faults }
}

/** Headers by lower-case name. */
export function headersOf({
  headers = {},
}: APIGatewayProxyStructuredResultV2): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  )
}
