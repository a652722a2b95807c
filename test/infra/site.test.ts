import { runInNewContext } from 'node:vm'
import { beforeAll, describe, expect, test } from 'vitest'
import { apiPaths } from '../../infra/routes.ts'
import { onlyResource, type Stacks, synthesize } from './synthesized.ts'

// biome-ignore lint/suspicious/noExplicitAny: a template is read here as CloudFormation reads it
type Config = any

let stacks: Stacks
let cdn: Config

beforeAll(() => {
  stacks = synthesize()
  cdn = onlyResource(stacks.web, 'AWS::CloudFront::Distribution').Properties.DistributionConfig
})

const behaviour = (path: string): Config =>
  cdn.CacheBehaviors.find(({ PathPattern }: Config) => PathPattern === path)

const headersOf = ({ ResponseHeadersPolicyId }: Config): Config =>
  stacks.web.Resources[ResponseHeadersPolicyId.Ref]?.Properties.ResponseHeadersPolicyConfig

const customHeaders = (policy: Config): Record<string, string> =>
  Object.fromEntries(
    (policy.CustomHeadersConfig?.Items ?? []).map(({ Header, Value }: Config) => [Header, Value]),
  )

const originOf = ({ TargetOriginId }: Config): Config =>
  cdn.Origins.find(({ Id }: Config) => Id === TargetOriginId)

const viewerRequestOf = ({ FunctionAssociations }: Config): string => {
  const [id] = FunctionAssociations[0].FunctionARN['Fn::GetAtt']
  return stacks.web.Resources[id]?.Properties.FunctionCode
}

const yearInSeconds = 365 * 24 * 3600

describe('static pages', () => {
  test('come from the private bucket, which lets in this CDN and nobody else', () => {
    const origin = originOf(cdn.DefaultCacheBehavior)
    expect(origin.OriginAccessControlId).toBeDefined()
    expect(origin.DomainName['Fn::GetAtt'][0]).toMatch(/^Site/)
    const { Statement } = onlyResource(stacks.web, 'AWS::S3::BucketPolicy').Properties
      .PolicyDocument
    const allowed = Statement.filter(({ Effect }: Config) => Effect === 'Allow')
    expect(allowed).toHaveLength(1)
    expect(allowed[0]).toMatchObject({
      Action: 's3:GetObject',
      Principal: { Service: 'cloudfront.amazonaws.com' },
    })
    expect(allowed[0].Condition.StringEquals).toHaveProperty('AWS:SourceArn')
  })

  test.for(['*', '/', '/index.html', '/en/'])('SEC-06 %s carries every security header', (path) => {
    const served = path === '*' ? cdn.DefaultCacheBehavior : behaviour(path)
    const security = headersOf(served).SecurityHeadersConfig
    expect(security.ReferrerPolicy.ReferrerPolicy).toBe('no-referrer')
    expect(security.ContentTypeOptions).toEqual({ Override: true })
    expect(security.FrameOptions.FrameOption).toBe('DENY')
    expect(security.StrictTransportSecurity.AccessControlMaxAgeSec).toBeGreaterThanOrEqual(
      yearInSeconds,
    )
    expect(security.ContentSecurityPolicy.ContentSecurityPolicy.split('; ').sort()).toEqual([
      "base-uri 'none'",
      "connect-src 'self'",
      "default-src 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "img-src 'self' data:",
      "object-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
    ])
  })

  test('SEC-06 only the sign-up page, in each language, may be listed by a search engine', () => {
    expect(customHeaders(headersOf(cdn.DefaultCacheBehavior))).toEqual({
      'X-Robots-Tag': 'noindex',
    })
    expect(cdn.DefaultRootObject).toBe('index.html')
    for (const path of ['/', '/index.html', '/en/']) {
      expect(originOf(behaviour(path))).toBe(originOf(cdn.DefaultCacheBehavior))
      expect(customHeaders(headersOf(behaviour(path)))).toEqual({})
    }
  })

  test('a folder means the page in it, and every other path itself', () => {
    const FunctionCode = viewerRequestOf(cdn.DefaultCacheBehavior)
    const pathFor = (uri: string): string => {
      const context = { event: { request: { uri } }, result: { uri: '' } }
      runInNewContext(`${FunctionCode}; result = handler(event)`, context)
      return context.result.uri
    }
    expect(pathFor('/preferences/')).toBe('/preferences/index.html')
    expect(pathFor('/')).toBe('/index.html')
    expect(pathFor('/assets/page.css')).toBe('/assets/page.css')
    expect(pathFor('//elsewhere.example/')).toBe('//elsewhere.example/index.html')
  })
})

describe('answers of the API', () => {
  test('SEC-09 the API learns who calls from the CDN alone, whatever the caller wrote', () => {
    const headers = { 'viewer-ip': { value: '203.0.113.9' } }
    const event = { request: { headers }, viewer: { ip: '192.0.2.7' } }
    const context = { event, result: { headers: {} } }
    runInNewContext(`${viewerRequestOf(behaviour('/api/*'))}; result = handler(event)`, context)
    expect(context.result.headers).toEqual({ 'viewer-ip': { value: '192.0.2.7' } })
  })

  test('each of its paths goes to the HTTP API over TLS', () => {
    for (const path of apiPaths) {
      const origin = originOf(behaviour(path))
      expect(origin.DomainName).toBe('api.preferences.nordlys.example')
      expect(origin.CustomOriginConfig).toMatchObject({
        OriginProtocolPolicy: 'https-only',
        OriginSSLProtocols: ['TLSv1.2'],
      })
    }
  })

  test('the API knows the CDN by a secret that is in no template and on no console', () => {
    for (const path of apiPaths) {
      expect(originOf(behaviour(path)).OriginCustomHeaders).toEqual([
        { HeaderName: 'origin-secret', HeaderValue: { Ref: 'OriginSecret' } },
      ])
    }
    expect(stacks.web.Parameters?.OriginSecret).toMatchObject({ Type: 'String', NoEcho: true })
    expect(stacks.web.Parameters?.OriginSecret).not.toHaveProperty('Default')
    // The bucket of pages has no use for it.
    expect(originOf(cdn.DefaultCacheBehavior).OriginCustomHeaders).toBeUndefined()
  })

  test('SEC-06 nothing that depends on a token is kept, errors included', () => {
    const cachingDisabled = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad'
    for (const path of apiPaths) {
      expect(behaviour(path).CachePolicyId).toBe(cachingDisabled)
      expect(customHeaders(headersOf(behaviour(path)))).toMatchObject({
        'Cache-Control': 'no-store',
      })
    }
    const kept = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]
    expect(cdn.CustomErrorResponses).toEqual(
      kept.map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 })),
    )
  })

  test('the API sees method, query, token and the network header of the CDN, not the Host', () => {
    const allViewerExceptHost = 'b689b0a8-53d0-40ab-baf2-68738e2966ac'
    for (const path of apiPaths) {
      expect(behaviour(path).OriginRequestPolicyId).toBe(allViewerExceptHost)
      expect(behaviour(path).AllowedMethods).toEqual(
        expect.arrayContaining(['GET', 'HEAD', 'OPTIONS', 'POST', 'PATCH']),
      )
    }
  })

  test('UNSUB-06 a one-click POST is never redirected, not even to https', () => {
    expect(behaviour('/u/*').ViewerProtocolPolicy).toBe('https-only')
    expect(behaviour('/u/*').FunctionAssociations).toBeUndefined()
  })

  test('SEC-06 even an answer that no function wrote has the security headers', () => {
    const security = headersOf(behaviour('/api/*')).SecurityHeadersConfig
    expect(security.ReferrerPolicy.ReferrerPolicy).toBe('no-referrer')
    expect(security.ContentTypeOptions).toEqual({ Override: false })
    expect(security.StrictTransportSecurity.AccessControlMaxAgeSec).toBeGreaterThanOrEqual(
      yearInSeconds,
    )
    // A page that a function renders names the hash of its own style.
    expect(security.ContentSecurityPolicy.Override).toBe(false)
  })
})

describe('the distribution', () => {
  test('SEC-05 keeps no access log: paths hold tokens', () => {
    expect(cdn.Logging).toBeUndefined()
  })

  test('answers to the name of the origin, with TLS 1.2 or newer', () => {
    expect(cdn.Aliases).toEqual(['preferences.nordlys.example'])
    expect(cdn.ViewerCertificate).toMatchObject({
      MinimumProtocolVersion: 'TLSv1.2_2021',
      SslSupportMethod: 'sni-only',
    })
  })

  test('has neither name nor certificate on the laptop', () => {
    const local = synthesize({
      stage: 'local',
      origin: 'http://localhost:3000',
      issuer: 'http://127.0.0.1:3004',
    })
    const { DistributionConfig } = onlyResource(
      local.web,
      'AWS::CloudFront::Distribution',
    ).Properties
    expect(DistributionConfig.Aliases).toBeUndefined()
    expect(DistributionConfig.ViewerCertificate).toBeUndefined()
  })
})
