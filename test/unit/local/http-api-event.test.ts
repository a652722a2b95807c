import { describe, expect, it } from 'vitest'
import { type ApiRequest, apiEvent } from '../../../infra/local/http-api-event.ts'

const now = new Date('2026-03-02T09:08:07.123Z')

const route = {
  apiId: 'api',
  domainName: 'api.execute-api.eu-north-1.amazonaws.com',
  routeKey: 'POST /u/{token}',
  parameters: { token: 'abc' },
  jwt: undefined,
}

function request(changes: Partial<ApiRequest> = {}): ApiRequest {
  return {
    method: 'POST',
    path: '/u/abc',
    query: '',
    headers: new Map([
      ['host', 'localhost:3000'],
      ['user-agent', 'Mailbox/1.0'],
    ]),
    sourceIp: '130.176.0.1',
    body: Buffer.alloc(0),
    ...changes,
  }
}

describe('an HTTP API event of payload format 2.0', () => {
  it('has the shape that API Gateway documents', () => {
    const { requestContext, ...event } = apiEvent(request(), route, now)

    expect(event).toEqual({
      version: '2.0',
      routeKey: 'POST /u/{token}',
      rawPath: '/u/abc',
      rawQueryString: '',
      headers: { host: route.domainName, 'user-agent': 'Mailbox/1.0' },
      pathParameters: { token: 'abc' },
      isBase64Encoded: false,
    })
    expect(requestContext).toEqual({
      accountId: '000000000000',
      apiId: 'api',
      domainName: route.domainName,
      domainPrefix: 'api',
      http: {
        method: 'POST',
        path: '/u/abc',
        protocol: 'HTTP/1.1',
        sourceIp: '130.176.0.1',
        userAgent: 'Mailbox/1.0',
      },
      requestId: expect.any(String),
      routeKey: 'POST /u/{token}',
      stage: '$default',
      time: '02/Mar/2026:09:08:07 +0000',
      timeEpoch: now.getTime(),
    })
  })

  it('the path is decoded, the query string is not', () => {
    const event = apiEvent(request({ path: '/u/a%20b', query: 'q=a%20b' }), route, now)

    expect(event.rawPath).toBe('/u/a b')
    expect(event.rawQueryString).toBe('q=a%20b')
  })

  it('repeated query parameters are joined by commas and decoded', () => {
    const event = apiEvent(request({ query: 'topic=a&topic=b%26c&x=' }), route, now)

    expect(event.queryStringParameters).toEqual({ topic: 'a,b&c', x: '' })
  })

  it('cookies are a list of their own and no header', () => {
    const headers = new Map([['cookie', 'a=1; b=2']])
    const event = apiEvent(request({ headers }), route, now)

    expect(event.cookies).toEqual(['a=1', 'b=2'])
    expect(event.headers).not.toHaveProperty('cookie')
  })

  it.each([
    ['application/json', false],
    ['application/json; charset=utf-8', false],
    ['text/html', false],
    ['application/x-www-form-urlencoded', true],
    ['multipart/form-data; boundary=x', true],
    ['application/problem+json', true],
    [undefined, true],
  ])('a body of type %s arrives as base64: %s (UNSUB-06: one-click bodies do)', (type, encoded) => {
    const headers = new Map(type === undefined ? [] : [['content-type', type]])
    const event = apiEvent(request({ headers, body: Buffer.from('å=1') }), route, now)

    expect(event.isBase64Encoded).toBe(encoded)
    expect(event.body).toBe(encoded ? Buffer.from('å=1').toString('base64') : 'å=1')
  })

  it('claims of a staff token are in the authorizer', () => {
    const jwt = { claims: { roles: '[marketing]' }, scopes: null }

    expect(apiEvent(request(), { ...route, jwt }, now).requestContext.authorizer).toEqual({ jwt })
  })
})
