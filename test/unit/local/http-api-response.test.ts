import { describe, expect, it } from 'vitest'
import { apiResponse } from '../../../infra/local/http-api-response.ts'

describe('what a function returns becomes an HTTP response', () => {
  it('with status, headers, cookies and body', () => {
    const response = apiResponse({
      statusCode: 202,
      headers: { 'Content-Type': 'text/html', 'X-Count': 3 },
      cookies: ['a=1', 'b=2'],
      body: 'hei',
    })

    expect(response).toEqual({
      status: 202,
      headers: { 'content-type': 'text/html', 'x-count': '3', 'set-cookie': ['a=1', 'b=2'] },
      body: Buffer.from('hei'),
    })
  })

  it('a base64 body is decoded', () => {
    const response = apiResponse({ statusCode: 200, body: 'R0lG', isBase64Encoded: true })

    expect(response?.body.toString()).toBe('GIF')
  })

  it('a body without a stated type is plain text, an answer without a body has no type', () => {
    expect(apiResponse({ statusCode: 200, body: 'x' })?.headers).toEqual({
      'content-type': 'text/plain; charset=utf-8',
    })
    expect(apiResponse({ statusCode: 204 })?.headers).toEqual({})
  })

  it('a result without a status code is itself the JSON body of a 200', () => {
    const response = apiResponse({ hello: 'world' })

    expect(response?.status).toBe(200)
    expect(response?.body.toString()).toBe('{"hello":"world"}')
  })

  it('a malformed one is refused', () => {
    expect(apiResponse({ statusCode: 200, body: { not: 'text' } })).toBeUndefined()
  })
})
