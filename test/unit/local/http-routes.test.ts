import { describe, expect, it } from 'vitest'
import { matchRoute } from '../../../infra/local/http-routes.ts'

const routes = [
  'GET /u/{token}',
  'POST /u/{token}',
  'POST /u/{token}/undo',
  'GET /api/requests/{id}',
  'GET /api/requests/mine',
  'ANY /api/any',
  'GET /api/any',
  'GET /files/{path+}',
].map((routeKey) => ({ routeKey }))

const keyFor = (method: string, path: string) => matchRoute(routes, method, path)?.route.routeKey

describe('routes of the HTTP API', () => {
  it.each([
    ['GET', '/u/abc', 'GET /u/{token}'],
    ['POST', '/u/abc', 'POST /u/{token}'],
    ['POST', '/u/abc/undo', 'POST /u/{token}/undo'],
    ['GET', '/api/requests/7', 'GET /api/requests/{id}'],
  ])('%s %s is %s', (method, path, expected) => {
    expect(keyFor(method, path)).toBe(expected)
  })

  it('a parameter is one whole segment, never a part of one or several', () => {
    expect(keyFor('GET', '/u/abc/def')).toBeUndefined()
    expect(keyFor('GET', '/u/')).toBeUndefined()
    expect(keyFor('GET', '/u')).toBeUndefined()
    expect(keyFor('GET', '/u/abc/')).toBeUndefined()
  })

  it('HEAD and OPTIONS are methods of their own, not part of GET', () => {
    expect(keyFor('HEAD', '/u/abc')).toBeUndefined()
    expect(keyFor('OPTIONS', '/u/abc')).toBeUndefined()
  })

  it('a literal segment wins over a parameter, a method over ANY', () => {
    expect(keyFor('GET', '/api/requests/mine')).toBe('GET /api/requests/mine')
    expect(keyFor('GET', '/api/any')).toBe('GET /api/any')
    expect(keyFor('PUT', '/api/any')).toBe('ANY /api/any')
  })

  it('a greedy parameter takes all that follows', () => {
    expect(matchRoute(routes, 'GET', '/files/a/b%20c')?.parameters).toEqual({ path: 'a/b c' })
  })

  it('parameters are decoded; what cannot be decoded stays as it is', () => {
    expect(matchRoute(routes, 'GET', '/u/a%2Fb')?.parameters).toEqual({ token: 'a/b' })
    expect(matchRoute(routes, 'GET', '/u/100%')?.parameters).toEqual({ token: '100%' })
  })

  it('$default takes what nothing else does', () => {
    const withDefault = [...routes, { routeKey: '$default' }]

    expect(matchRoute(withDefault, 'GET', '/nowhere')?.route.routeKey).toBe('$default')
    expect(matchRoute(withDefault, 'GET', '/u/abc')?.route.routeKey).toBe('GET /u/{token}')
  })
})
