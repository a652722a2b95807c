import middy from '@middy/core'
import httpErrorHandler from '@middy/http-error-handler'
import httpHeaderNormalizer from '@middy/http-header-normalizer'
import httpJsonBodyParser from '@middy/http-json-body-parser'
import httpRouterHandler from '@middy/http-router'
import httpSecurityHeaders from '@middy/http-security-headers'
import httpUrlencodeBodyParser from '@middy/http-urlencode-body-parser'
import { createError } from '@middy/util'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import * as v from 'valibot'
import { fieldErrors } from './field-errors.ts'
import type { KeySource } from './keyring.ts'
import type { Log } from './log.ts'
import { isThroughCdn } from './origin-secret.ts'
import { Problem, problemBody } from './problem.ts'
import type { RestoreGate } from './restore-gate.ts'

/** One public edge: routes in, safe answers out, the same headers on each (SEC-06). */
export type HttpEvent = Omit<APIGatewayProxyEventV2, 'body'> & { body?: unknown }
export type HttpAnswer = APIGatewayProxyStructuredResultV2
export type Method = 'GET' | 'HEAD' | 'POST' | 'PATCH'
export type Route = {
  method: Method
  path: string
  handle: (event: HttpEvent) => Promise<HttpAnswer>
}

export type HttpEdge = {
  log: Log
  routes: readonly Route[]
  /** The keys by which it knows the CDN; `open` where anybody may call it directly (UNSUB-06). */
  origin: KeySource | 'open'
  /** Shut while a restore runs (RIGHT-13); `always` open where the routes themselves see to it. */
  isOpen: RestoreGate | 'always'
  /** The Content-Security-Policy of the pages that these routes answer with. */
  contentSecurityPolicy: string
  /** One-click bodies come in every kind and are never refused for their form (UNSUB-04). */
  bodies: 'parsed' | 'any'
  /** Bytes of request body that are read at all. */
  maxBodyBytes: number
}

export function httpHandler({
  log,
  routes,
  origin,
  isOpen,
  contentSecurityPolicy,
  bodies,
  maxBodyBytes,
}: HttpEdge) {
  const stack = middy<APIGatewayProxyEventV2, HttpAnswer>()
    .use(privateAnswers(contentSecurityPolicy))
    .use(
      httpSecurityHeaders({
        contentSecurityPolicy: false,
        strictTransportSecurity: { maxAge: 63_072_000, includeSubDomains: true, preload: false },
        referrerPolicy: { policy: 'no-referrer' },
        // These pages run no script, so there is no feature to forbid one.
        permissionsPolicy: false,
        reportTo: false,
        reportingEndpoints: false,
      }),
    )
    .use(
      httpErrorHandler({
        logger: false,
        fallbackMessage: problemBody(new Problem(500, 'try-again')),
      }),
    )
    .use(problems(log))
    .use(httpHeaderNormalizer())
  if (origin !== 'open') stack.use(onlyThroughCdn(origin))
  if (isOpen !== 'always') stack.use(notWhileRestoring(isOpen))
  stack.use(bodyLimit(maxBodyBytes))
  if (bodies === 'parsed') stack.use(jsonBodies())
  stack.use(httpUrlencodeBodyParser({ disableContentTypeError: true }))
  return stack.handler(
    httpRouterHandler<APIGatewayProxyEventV2, HttpAnswer>(
      routes.map(({ method, path, handle }) => ({ method, path, handler: handle })),
    ),
  )
}

/** Past the CDN there is no web ACL and no word on who is calling: nothing is answered there. */
function onlyThroughCdn(keys: KeySource): middy.MiddlewareObj<APIGatewayProxyEventV2, HttpAnswer> {
  return {
    before: async ({ event }) => {
      if (!(await isThroughCdn(keys, event.headers))) throw new Problem(403, 'not-accepted')
    },
  }
}

/** Nothing is read from or written to a table that has forgotten who said no (RIGHT-13). */
function notWhileRestoring(
  isOpen: RestoreGate,
): middy.MiddlewareObj<APIGatewayProxyEventV2, HttpAnswer> {
  return {
    before: async () => {
      if (!(await isOpen())) throw new Problem(503, 'restoring')
    },
  }
}

/** Many clients name JSON as their type on every request: without a body there is nothing to parse. */
function jsonBodies(): middy.MiddlewareObj<APIGatewayProxyEventV2, HttpAnswer> {
  const { before } = httpJsonBodyParser({ disableContentTypeError: true })
  return { before: (request) => (request.event.body ? before?.(request) : undefined) }
}

/** Nothing that hangs on a token may be kept, indexed or framed by anyone between. */
function privateAnswers(contentSecurityPolicy: string): middy.MiddlewareObj<unknown, HttpAnswer> {
  const seal: middy.MiddlewareFn<unknown, HttpAnswer> = (request) => {
    if (!request.response) return
    request.response.headers = {
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex, nofollow',
      'content-security-policy': contentSecurityPolicy,
      ...request.response.headers,
    }
  }
  return { after: seal, onError: seal }
}

function problems(log: Log): middy.MiddlewareObj<unknown, HttpAnswer> {
  return {
    onError: (request) => {
      const problem = problemOf(request.error)
      if (problem.status >= 500) log.fault('a request failed', request.error)
      // `createError` itself leaves headers out; the error handler takes them from the error.
      request.error = Object.assign(
        createError(problem.status, problemBody(problem), { expose: true }),
        { headers: { 'Content-Type': 'application/problem+json', ...retryAfter(problem) } },
      )
    },
  }
}

const retryAfter = ({ status }: Problem): Record<string, string> =>
  status === 503 ? { 'Retry-After': '30' } : {}

const httpErrorSchema = v.object({ statusCode: v.number() })

/** A fault that nobody foresaw is a 503: the caller may, and mailbox providers do, try again. */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  const known = v.safeParse(httpErrorSchema, error)
  if (!known.success || known.output.statusCode >= 500) return new Problem(503, 'try-again')
  switch (known.output.statusCode) {
    case 404:
      return new Problem(404, 'not-found')
    case 413:
      return new Problem(413, 'too-large')
    case 415:
      return new Problem(415, 'unsupported-media-type')
    default:
      return new Problem(400, 'invalid-request')
  }
}

function bodyLimit(maxBytes: number): middy.MiddlewareObj<APIGatewayProxyEventV2, HttpAnswer> {
  return {
    before: ({ event }) => {
      if (Buffer.byteLength(event.body ?? '') > maxBytes) throw new Problem(413, 'too-large')
    },
  }
}

export function json(statusCode: number, value: unknown): HttpAnswer {
  return {
    statusCode,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  }
}

export function html(statusCode: number, page: string): HttpAnswer {
  return { statusCode, headers: { 'content-type': 'text/html; charset=utf-8' }, body: page }
}

/** The token of an `Authorization: Bearer` header (RFC 6750 §2.1); undefined when there is none. */
export function bearerOf(event: HttpEvent): string | undefined {
  return /^Bearer ([\w.~+/-]+=*)$/i.exec(event.headers.authorization ?? '')?.[1]
}

/** A parsed body, or a problem that names the fields. */
export function parseBody<Schema extends v.GenericSchema>(
  schema: Schema,
  body: unknown,
): v.InferOutput<Schema> {
  if (typeof body !== 'object' || body === null) {
    throw new Problem(415, 'unsupported-media-type')
  }
  const parsed = v.safeParse(schema, body)
  if (parsed.success) return parsed.output
  throw new Problem(400, 'invalid-request', {
    errors: fieldErrors(parsed.issues),
  })
}
