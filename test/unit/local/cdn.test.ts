import { describe, expect, it } from 'vitest'
import { type CdnRequest, createCdn } from '../../../infra/local/cdn.ts'
import type { Behaviour, Distribution } from '../../../infra/local/distribution.ts'
import type { ApiRequest } from '../../../infra/local/http-api-event.ts'
import type { HttpResponse } from '../../../infra/local/http-api-response.ts'

const ok: HttpResponse = { status: 200, headers: {}, body: Buffer.from('ok') }

const site: Behaviour = {
  pathPattern: '*',
  methods: ['GET', 'HEAD'],
  origin: { kind: 'bucket', bucket: 'site', prefix: '' },
  addedHeaders: [{ name: 'x-frame-options', value: 'DENY', override: true }],
  removedHeaders: [],
  viewerRequest: undefined,
}

const api: Behaviour = {
  ...site,
  pathPattern: '/u/*',
  methods: ['GET', 'HEAD', 'POST'],
  origin: { kind: 'api', customHeaders: { 'x-origin-secret': 's' } },
  addedHeaders: [{ name: 'cache-control', value: 'no-store', override: false }],
  viewerRequest: `function handler(event) {
    event.request.headers['viewer-ip'] = { value: event.viewer.ip }
    return event.request
  }`,
}

function request(changes: Partial<CdnRequest> = {}): CdnRequest {
  return {
    method: 'GET',
    path: '/u/abc',
    query: '',
    headers: new Map(),
    viewer: { ip: '192.0.2.7', port: 5555 },
    body: Buffer.alloc(0),
    ...changes,
  }
}

function cdnOf(changes: Partial<Distribution> = {}, response: HttpResponse = ok) {
  const forwarded: ApiRequest[] = []
  const fetched: string[] = []
  const cdn = createCdn(
    { rootObject: 'index.html', behaviours: [api, site], errorPages: [], ...changes },
    {
      gateway: async (apiRequest) => {
        forwarded.push(apiRequest)
        return response
      },
      object: async (bucket, key) => {
        fetched.push(`${bucket}/${key}`)
        return response
      },
    },
  )
  return { cdn, forwarded, fetched }
}

describe('the CDN', () => {
  it('sends a path to the first behaviour that fits it, else to the default one', async () => {
    const { cdn, forwarded, fetched } = cdnOf()
    await cdn(request({ path: '/u/abc' }))
    await cdn(request({ path: '/upper' }))

    expect(forwarded.map(({ path }) => path)).toEqual(['/u/abc'])
    expect(fetched).toEqual(['site/upper'])
  })

  it('refuses a method that the behaviour does not allow', async () => {
    const { cdn, fetched } = cdnOf()
    const response = await cdn(request({ method: 'POST', path: '/' }))

    expect(response.status).toBe(403)
    expect(fetched).toEqual([])
  })

  it('shows the root object for the bare origin', async () => {
    const { cdn, fetched } = cdnOf()
    await cdn(request({ path: '/' }))

    expect(fetched).toEqual(['site/index.html'])
  })

  it('runs the viewer-request function of a behaviour', async () => {
    const viewerRequest = `function handler(event) {
      var request = event.request
      if (request.uri.endsWith('/')) request.uri += 'index.html'
      return request
    }`
    const { cdn, fetched } = cdnOf({ behaviours: [{ ...site, viewerRequest }] })
    await cdn(request({ path: '/preferences/' }))

    expect(fetched).toEqual(['site/preferences/index.html'])
  })

  it('a viewer-request function may answer by itself', async () => {
    const viewerRequest = `function handler() {
      return { statusCode: 302, headers: { location: { value: '/there' } } }
    }`
    const { cdn, fetched } = cdnOf({ behaviours: [{ ...site, viewerRequest }] })
    const response = await cdn(request({ path: '/here' }))

    expect(response).toMatchObject({ status: 302, headers: { location: '/there' } })
    expect(fetched).toEqual([])
  })

  it('adds the headers of its policy, and overrides only where the policy says so', async () => {
    const own = { ...ok, headers: { 'cache-control': 'public', 'x-frame-options': 'ALLOW' } }
    const { cdn } = cdnOf({}, own)

    expect((await cdn(request({ path: '/a' }))).headers['x-frame-options']).toBe('DENY')
    expect((await cdn(request({ path: '/u/a' }))).headers['cache-control']).toBe('public')
  })

  it('tells the API who the viewer is, and takes nobody else’s word for it', async () => {
    const { cdn, forwarded } = cdnOf()
    const headers = new Map([
      ['viewer-ip', '203.0.113.9'],
      ['x-origin-secret', 'guessed'],
      ['x-forwarded-for', '198.51.100.1'],
    ])
    await cdn(request({ headers }))
    const [seen] = forwarded

    expect(seen?.headers.get('viewer-ip')).toBe('192.0.2.7')
    expect(seen?.headers.get('x-origin-secret')).toBe('s')
    expect(seen?.headers.get('x-forwarded-for')).toBe('198.51.100.1, 192.0.2.7, 130.176.0.1')
    expect(seen?.sourceIp).toBe('130.176.0.1')
  })

  it('answers an error with the page that is set for it', async () => {
    const missing = { ...ok, status: 403 }
    const page = { status: 403, answerStatus: 404, path: '/404.html' }
    const { cdn, fetched } = cdnOf({ errorPages: [page] }, missing)
    const response = await cdn(request({ path: '/nowhere' }))

    expect(fetched).toEqual(['site/nowhere', 'site/404.html'])
    expect(response.status).toBe(404)
  })

  it('sends a file again only if the browser has another version of it', async () => {
    const file = { ...ok, headers: { etag: '"v1"' } }
    const { cdn } = cdnOf({}, file)
    const ask = (etag: string) =>
      cdn(request({ path: '/a.css', headers: new Map([['if-none-match', etag]]) }))

    expect((await ask('"v1"')).status).toBe(304)
    expect((await ask('"v0"')).status).toBe(200)
  })
})
