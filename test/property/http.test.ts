import * as fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { json, parseBody, type Route } from '../../functions/platform/http.ts'
import { Problem } from '../../functions/platform/problem.ts'
import { holds } from '../support/holds.ts'
import { edgeOf, headersOf, httpEvent } from '../support/http-events.ts'

const anySchema = v.record(v.string(), v.unknown())
const routes: Route[] = [
  { method: 'GET', path: '/u/{token}', handle: async () => json(200, {}) },
  {
    method: 'POST',
    path: '/api/x',
    handle: async ({ body }) => json(200, parseBody(anySchema, body)),
  },
  { method: 'POST', path: '/failing', handle: () => Promise.reject(new Error('down')) },
  {
    method: 'POST',
    path: '/refusing',
    handle: () => Promise.reject(new Problem(403, 'forbidden')),
  },
]

const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'X', '')
const path = fc.oneof(
  fc.constantFrom('/u/abc', '/api/x', '/failing', '/refusing', '/', '', '//', '/u//', '/%2e%2e'),
  fc.webPath(),
  fc.string({ unit: 'binary' }),
)
const contentType = fc.constantFrom(
  'application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=b',
  'text/plain',
  '',
)
const body = fc.oneof(
  fc.json(),
  fc.webQueryParameters(),
  fc.string({ unit: 'binary' }),
  fc.constant('x'.repeat(2000)),
)

async function expectAnswer(event: unknown, bodies: 'parsed' | 'any'): Promise<void> {
  const answer = await edgeOf(routes, { bodies }).answer(event)
  expect(answer.statusCode).toBeGreaterThanOrEqual(200)
  expect(answer.statusCode).toBeLessThan(600)
  expect(answer.statusCode).not.toBe(500)
  expect(typeof answer.body).toBe('string')
  const headers = headersOf(answer)
  expect(headers['cache-control']).toBe('no-store')
  expect(headers).not.toHaveProperty('set-cookie')
  if ((answer.statusCode ?? 0) < 400) return
  expect(headers['content-type']).toBe('application/problem+json')
  expect(Object.keys(JSON.parse(answer.body ?? '')).slice(0, 4)).toEqual([
    'type',
    'title',
    'status',
    'code',
  ])
}

describe('any event has an answer', () => {
  test('SEC-12: any method, path, type and body, also when it is called base64 and is not', () =>
    holds(
      fc.asyncProperty(
        fc.record({ method, path, contentType, body, base64: fc.boolean() }),
        fc.constantFrom('parsed' as const, 'any' as const),
        (drawn, bodies) =>
          expectAnswer(
            httpEvent(drawn.method, drawn.path, {
              headers: { 'content-type': drawn.contentType },
              body: drawn.body,
              isBase64Encoded: drawn.base64,
            }),
            bodies,
          ),
      ),
      500,
    ))

  test('SEC-12: any value at all, even what no gateway sends', () =>
    holds(
      fc.asyncProperty(fc.anything(), (event) => expectAnswer(event, 'parsed')),
      500,
    ))
})
