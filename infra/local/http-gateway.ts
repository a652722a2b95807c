import type { HttpApi, HttpRoute } from './http-api.ts'
import { type ApiRequest, apiEvent } from './http-api-event.ts'
import { apiResponse, gatewayMessage, type HttpResponse } from './http-api-response.ts'
import { matchRoute } from './http-routes.ts'
import { createJwtAuthorizer, type JwtAuthorizer, type JwtVerdict } from './jwt-authorizer.ts'
import type { Outcome } from './lambda-worker.ts'

export type Invoke = (functionName: string, event: unknown) => Promise<Outcome>

export type HttpGateway = (request: ApiRequest) => Promise<HttpResponse>

/** Limits of an HTTP API's request body and of a Lambda event. */
const largestBody = 10 * 1024 * 1024
const largestEvent = 6 * 1024 * 1024

/** Stands for the HTTP API: routes, authorizes, invokes, and answers as API Gateway does. */
export function createHttpGateway(api: HttpApi, invoke: Invoke): HttpGateway {
  const authorizers = authorizersOf(api)
  return async (request) => {
    if (request.body.length > largestBody) return gatewayMessage(413, 'Request Entity Too Large')
    const match = matchRoute(api.routes, request.method, request.path)
    if (!match) return gatewayMessage(404, 'Not Found')
    const verdict = await authorize(authorizers, match.route, request)
    if (verdict?.kind === 'unauthorized') {
      return gatewayMessage(401, 'Unauthorized', { 'www-authenticate': verdict.challenge })
    }
    if (verdict?.kind === 'forbidden') return gatewayMessage(403, 'Forbidden')
    const route = {
      apiId: api.id,
      domainName: api.domainName,
      routeKey: match.route.routeKey,
      parameters: match.parameters,
      jwt: verdict && { claims: verdict.claims, scopes: verdict.scopes },
    }
    const event = apiEvent(request, route, new Date())
    if (Buffer.byteLength(event.body ?? '') > largestEvent) {
      return gatewayMessage(413, 'Request Entity Too Large')
    }
    return answerFrom(match.route, invoke(match.route.functionName, event))
  }
}

function authorizersOf(api: HttpApi): ReadonlyMap<HttpRoute, JwtAuthorizer> {
  const authorizers = new Map<HttpRoute, JwtAuthorizer>()
  for (const route of api.routes) {
    if (route.jwt) authorizers.set(route, createJwtAuthorizer(route.jwt))
  }
  return authorizers
}

async function authorize(
  authorizers: ReadonlyMap<HttpRoute, JwtAuthorizer>,
  route: HttpRoute,
  request: ApiRequest,
): Promise<JwtVerdict | undefined> {
  return authorizers.get(route)?.(request.headers.get('authorization'))
}

/** A fault of the function is a 500, its silence past the integration's limit a 503. */
async function answerFrom(route: HttpRoute, invoked: Promise<Outcome>): Promise<HttpResponse> {
  const outcome = await within(route.timeoutMilliseconds, invoked)
  if (outcome === 'too-late') return gatewayMessage(503, 'Service Unavailable')
  const response = outcome.kind === 'result' ? apiResponse(outcome.value) : undefined
  return response ?? gatewayMessage(500, 'Internal Server Error')
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | 'too-late'> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<'too-late'>((resolve) => {
    timer = setTimeout(() => resolve('too-late'), milliseconds)
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
