import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import {
  bearerOf,
  type HttpEvent,
  html,
  json,
  parseBody,
  type Route,
} from '../../../functions/platform/http.ts'
import { Problem, problemBody } from '../../../functions/platform/problem.ts'
import { edgeOf, headersOf, httpEvent } from '../../support/http-events.ts'

const echo: Route = {
  method: 'POST',
  path: '/echo',
  handle: async ({ body }) => json(200, { body: body ?? null }),
}
const page: Route = {
  method: 'GET',
  path: '/u/{token}',
  handle: async () => html(200, '<p>Hi</p>'),
}
const failing = (error: unknown): Route => ({
  method: 'GET',
  path: '/failing',
  handle: () => Promise.reject(error),
})

const posted = (contentType: string, body: string, isBase64Encoded = false) =>
  httpEvent('POST', '/echo', { headers: { 'content-type': contentType }, body, isBase64Encoded })
const read = async (contentType: string, body: string, base64 = false): Promise<unknown> => {
  const { statusCode, body: text = '' } = await edgeOf([echo]).answer(
    posted(contentType, body, base64),
  )
  return statusCode === 200 ? JSON.parse(text).body : statusCode
}

describe('headers of every answer (SEC-06)', () => {
  const { answer } = edgeOf([page, echo, failing(new Error('database secret'))])

  test.each([
    ['a page', httpEvent('GET', '/u/abc')],
    ['an unknown route', httpEvent('GET', '/nothing')],
    ['a fault', httpEvent('GET', '/failing')],
    ['a body that is too large', posted('text/plain', 'x'.repeat(1001))],
    ['a body that is not JSON', posted('application/json', '{')],
  ])('SEC-06: %s is kept, indexed, framed and sniffed by nobody', async (_, event) => {
    const headers = headersOf(await answer(event))
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex, nofollow',
      'content-security-policy': "default-src 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    const [, age = '0'] = /max-age=(\d+)/.exec(headers['strict-transport-security'] ?? '') ?? []
    expect(Number(age)).toBeGreaterThanOrEqual(31_536_000)
  })

  test('UNSUB-05: no answer sets a cookie', async () => {
    const answers = [
      await answer(httpEvent('GET', '/u/abc')),
      await answer(httpEvent('GET', '/failing')),
    ]
    for (const each of answers) {
      expect(each.cookies).toBeUndefined()
      expect(headersOf(each)).not.toHaveProperty('set-cookie')
    }
  })

  test('a page keeps its own content type', async () => {
    expect(headersOf(await answer(httpEvent('GET', '/u/abc')))['content-type']).toBe(
      'text/html; charset=utf-8',
    )
  })
})

describe('bodies', () => {
  test('JSON and forms are read, a name given several times as a list', async () => {
    expect(await read('application/json', '{"topics":["a"]}')).toEqual({ topics: ['a'] })
    expect(
      await read('application/x-www-form-urlencoded', 'topics=a&topics=b&email=o%40x'),
    ).toEqual({
      topics: ['a', 'b'],
      email: 'o@x',
    })
  })

  test('the content type may carry a character set, and its case does not matter', async () => {
    expect(await read('Application/JSON; charset=utf-8', '{"a":1}')).toEqual({ a: 1 })
    expect(await read('application/x-www-form-urlencoded; charset=UTF-8', 'a=1')).toEqual({
      a: '1',
    })
  })

  test('a body in base64, as the HTTP API sends binary types, is decoded first', async () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64')
    expect(await read('application/json', base64('{"a":"æ"}'), true)).toEqual({ a: 'æ' })
    expect(await read('application/x-www-form-urlencoded', base64('a=b'), true)).toEqual({ a: 'b' })
  })

  test('another content type reaches the route as text, for it to refuse', async () => {
    expect(await read('text/plain', '{"a":1}')).toBe('{"a":1}')
  })

  test.each([
    ['cut JSON', '{"a":'],
    ['JSON that would reach the prototype', '{"__proto__":{"admin":true}}'],
    ['JSON that would reach the constructor', '{"constructor":{"prototype":{"admin":true}}}'],
  ])('%s is a 400', async (_, body) => {
    expect(await read('application/json', body)).toBe(400)
  })

  test('a form field called __proto__ is a field like any other', async () => {
    const { answer } = edgeOf([
      {
        ...echo,
        handle: async ({ body }) =>
          json(200, { admin: (body as { admin?: unknown }).admin ?? null }),
      },
    ])
    const { body } = await answer(
      posted('application/x-www-form-urlencoded', '__proto__[admin]=1&__proto__=x'),
    )
    expect(body).toBe('{"admin":null}')
  })

  test('JSON of no length is no fault', async () => {
    expect(await read('application/json', '')).toBe('')
  })

  test('a body at the limit is read, one byte more is a 413, counted in bytes', async () => {
    expect(await read('text/plain', 'x'.repeat(1000))).toHaveLength(1000)
    expect(await read('text/plain', 'x'.repeat(1001))).toBe(413)
    expect(await read('text/plain', 'æ'.repeat(501))).toBe(413)
  })

  test.each(['application/json', 'multipart/form-data; boundary=x', 'text/plain', 'nonsense'])(
    'UNSUB-04: where any body is taken, %s is never refused for its form',
    async (contentType) => {
      const { answer } = edgeOf([{ ...echo, handle: async () => json(200, {}) }], { bodies: 'any' })
      expect((await answer(posted(contentType, '{"'))).statusCode).toBe(200)
    },
  )
})

describe('errors (SEC-12)', () => {
  test.each<[string, unknown, number, string]>([
    ['a problem', new Problem(403, 'mailbox-needed'), 403, 'mailbox-needed'],
    ['a fault nobody foresaw', new Error('connect ECONNREFUSED 10.0.0.7'), 503, 'try-again'],
    ['a thrown text', 'ola@example.org', 503, 'try-again'],
    ['nothing at all', undefined, 503, 'try-again'],
    [
      'an error of ours with a status',
      Object.assign(new Error('x'), { statusCode: 415 }),
      415,
      'unsupported-media-type',
    ],
    ['another one', Object.assign(new Error('x'), { statusCode: 422 }), 400, 'invalid-request'],
    ['a server error', Object.assign(new Error('x'), { statusCode: 500 }), 503, 'try-again'],
  ])(
    'SEC-12: %s becomes a problem with a code, and nothing else of it leaks',
    async (_, error, status, code) => {
      const answer = await edgeOf([failing(error)]).answer(httpEvent('GET', '/failing'))
      expect(answer.statusCode).toBe(status)
      expect(headersOf(answer)['content-type']).toBe('application/problem+json')
      const body = JSON.parse(answer.body ?? '')
      expect(Object.keys(body)).toEqual(['type', 'title', 'status', 'code'])
      expect(body).toMatchObject({ type: 'about:blank', status, code })
      expect(answer.body).not.toMatch(/ECONN|ola@|secret/)
    },
  )

  test('UNSUB-10: a fault says when to come back', async () => {
    const answer = await edgeOf([failing(new Error('down'))]).answer(httpEvent('GET', '/failing'))
    expect(headersOf(answer)['retry-after']).toBe('30')
  })

  test('SEC-12: a fault is logged, a refusal is not', async () => {
    const down = new Error('down')
    const broken = edgeOf([failing(down)])
    await broken.answer(httpEvent('GET', '/failing'))
    expect(broken.faults).toEqual([{ message: 'a request failed', fault: down }])
    const refusing = edgeOf([failing(new Problem(401, 'unauthorised'))])
    await refusing.answer(httpEvent('GET', '/failing'))
    expect(refusing.faults).toEqual([])
  })

  test('an unknown route, and a known one with another method, are 404', async () => {
    const { answer } = edgeOf([page])
    for (const event of [
      httpEvent('GET', '/u'),
      httpEvent('PUT', '/u/a'),
      httpEvent('GET', '/u/a/b'),
    ]) {
      const { statusCode, body } = await answer(event)
      expect([statusCode, JSON.parse(body ?? '').code]).toEqual([404, 'not-found'])
    }
  })

  test('details of a problem stand beside its code', () => {
    const problem = new Problem(400, 'invalid-sign-up', {
      errors: [{ field: 'email', message: 'm' }],
    })
    expect(JSON.parse(problemBody(problem))).toMatchObject({
      status: 400,
      code: 'invalid-sign-up',
      errors: [{ field: 'email', message: 'm' }],
    })
  })
})

describe('parsing a body', () => {
  const schema = v.object({ email: v.pipe(v.string(), v.email('is not an e-mail address')) })
  const codeOf = (body: unknown): unknown => {
    try {
      return parseBody(schema, body)
    } catch (error) {
      return error instanceof Problem ? [error.status, error.code, error.details] : error
    }
  }

  test.each([['text'], [undefined], [null], [7]])('%j is of no accepted type', (body) => {
    expect(codeOf(body)).toEqual([415, 'unsupported-media-type', {}])
  })

  test('what is wrong is named by its field', () => {
    expect(codeOf({ email: 'nobody' })).toEqual([
      400,
      'invalid-request',
      { errors: [{ field: 'email', message: 'is not an e-mail address' }] },
    ])
  })

  test('what is right comes back parsed', () => {
    expect(codeOf({ email: 'ola@example.org', more: 1 })).toEqual({ email: 'ola@example.org' })
  })
})

describe('bearer tokens', () => {
  const bearer = (authorization?: string): string | undefined =>
    bearerOf({
      headers: authorization === undefined ? {} : { authorization },
    } as unknown as HttpEvent)

  test.each([
    ['Bearer abc-_123', 'abc-_123'],
    ['bearer abc', 'abc'],
    ['Bearer  abc', undefined],
    ['Bearer abc def', undefined],
    ['Bearer ', undefined],
    ['Basic abc', undefined],
    ['Bearer a\u00e6', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j holds %j', (header, token) => {
    expect(bearer(header)).toBe(token)
  })

  test('the header is found whatever its case', async () => {
    const { answer } = edgeOf([
      {
        method: 'GET',
        path: '/b',
        handle: async (event) => json(200, { token: bearerOf(event) ?? null }),
      },
    ])
    const event = httpEvent('GET', '/b', { headers: { AUTHORIZATION: 'Bearer xyz' } })
    expect((await answer(event)).body).toBe('{"token":"xyz"}')
  })
})
