import { request as httpRequest } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import type { CdnRequest } from '../../../infra/local/cdn.ts'
import { freePort } from '../../../infra/local/free-ports.ts'
import type { HttpResponse } from '../../../infra/local/http-api-response.ts'
import { type HttpFront, startHttpFront } from '../../../infra/local/http-front.ts'
import { createHttpGateway, type HttpGateway } from '../../../infra/local/http-gateway.ts'
import type { Outcome } from '../../../infra/local/lambda-worker.ts'

let front: HttpFront | undefined
afterEach(() => front?.stop())

async function frontOf(answer: (request: CdnRequest) => Promise<HttpResponse>): Promise<string> {
  const port = await freePort()
  front = await startHttpFront(port, answer, () => {})
  return `http://127.0.0.1:${port}`
}

const ok: HttpResponse = { status: 200, headers: { etag: '"1"' }, body: Buffer.from('hello') }

describe('the front of the local cloud', () => {
  it('hands on path and query as they were sent, and repeated headers joined', async () => {
    const seen: CdnRequest[] = []
    const origin = await frontOf(async (request) => {
      seen.push(request)
      return ok
    })
    await new Promise((resolve) => {
      const headers = { 'X-Two': ['a', 'b'], cookie: ['c=1', 'd=2'], connection: 'close' }
      httpRequest(`${origin}/a%2Fb?q=1&q=%20`, { headers }, resolve).end()
    })

    expect(seen[0]).toMatchObject({ method: 'GET', path: '/a%2Fb', query: 'q=1&q=%20' })
    expect(seen[0]?.headers.get('x-two')).toBe('a,b')
    expect(seen[0]?.headers.get('cookie')).toBe('c=1; d=2')
    expect(seen[0]?.headers.has('connection')).toBe(false)
  })

  it('answers HEAD with the headers of GET and no body', async () => {
    const origin = await frontOf(async () => ok)
    const response = await fetch(origin, { method: 'HEAD' })

    expect(response.headers.get('content-length')).toBe('5')
    expect(await response.text()).toBe('')
  })

  it('sends several cookies as several headers', async () => {
    const headers = { 'set-cookie': ['a=1', 'b=2'] }
    const origin = await frontOf(async () => ({ ...ok, headers }))

    expect((await fetch(origin)).headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })

  it('a fault in the local cloud itself is a 502, and the next request is served', async () => {
    let faults = 1
    const origin = await frontOf(async () => {
      if (faults-- > 0) throw new Error('broken')
      return ok
    })

    expect((await fetch(origin)).status).toBe(502)
    expect((await fetch(origin)).status).toBe(200)
  })
})

const route = {
  routeKey: 'POST /u/{token}',
  functionName: 'unsubscribe',
  timeoutMilliseconds: 200,
  jwt: undefined,
}

function gatewayOf(outcome: () => Promise<Outcome>): HttpGateway {
  const api = { id: 'api', domainName: 'api.example', routes: [route] }
  return createHttpGateway(api, outcome)
}

const post = (gateway: HttpGateway, body: Buffer = Buffer.alloc(0)) =>
  gateway({
    method: 'POST',
    path: '/u/abc',
    query: '',
    headers: new Map(),
    sourceIp: '130.176.0.1',
    body,
  })

const result = async (): Promise<Outcome> => ({ kind: 'result', value: { statusCode: 200 } })

describe('the HTTP API', () => {
  it('answers what has no route with 404', async () => {
    const response = await gatewayOf(result)({
      method: 'GET',
      path: '/nowhere',
      query: '',
      headers: new Map(),
      sourceIp: '',
      body: Buffer.alloc(0),
    })

    expect(response.status).toBe(404)
    expect(response.body.toString()).toBe('{"message":"Not Found"}')
  })

  it('takes a one-click body of 1 MiB, and refuses what Lambda or API Gateway cannot carry', async () => {
    const mebibyte = 1024 * 1024
    const gateway = gatewayOf(result)

    expect((await post(gateway, Buffer.alloc(mebibyte))).status).toBe(200)
    expect((await post(gateway, Buffer.alloc(5 * mebibyte))).status).toBe(413)
    expect((await post(gateway, Buffer.alloc(11 * mebibyte))).status).toBe(413)
  })

  it('turns a failing function into 500, and one that is too slow into 503', async () => {
    const failing = gatewayOf(async () => ({
      kind: 'error',
      errorType: 'Error',
      errorMessage: 'secret detail',
    }))
    const silent = gatewayOf(() => new Promise(() => {}))
    const failed = await post(failing)

    expect(failed.status).toBe(500)
    expect(failed.body.toString()).toBe('{"message":"Internal Server Error"}')
    expect((await post(silent)).status).toBe(503)
  })
})
