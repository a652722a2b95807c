import { beforeAll, describe, expect, test } from 'vitest'
import { apiPaths, routeGroups } from '../../infra/routes.ts'
import { onlyResource, type Resource, resources, type Stacks, synthesize } from './synthesized.ts'

let stacks: Stacks
let routes: Resource[]

beforeAll(() => {
  stacks = synthesize()
  routes = [...resources(stacks.service, 'AWS::ApiGatewayV2::Route').values()]
})

/** The function a route ends at. */
function functionOf({ Properties }: Resource): string {
  const integration = stacks.service.Resources[Properties.Target['Fn::Join'][1][1].Ref]
  const lambda = stacks.service.Resources[integration?.Properties.IntegrationUri['Fn::GetAtt'][0]]
  return String(lambda?.Properties.FunctionName).replace('assent-prod-', '')
}

describe('the HTTP contract', () => {
  test('SEC-10 what reads is GET or HEAD, what changes is POST or PATCH, and nothing allows another origin', () => {
    const methods = routes.map(({ Properties }) => String(Properties.RouteKey).split(' ')[0])
    expect(new Set(methods)).toEqual(new Set(['GET', 'HEAD', 'POST', 'PATCH']))
    const api = onlyResource(stacks.service, 'AWS::ApiGatewayV2::Api')
    expect(api.Properties.CorsConfiguration).toBeUndefined()
  })

  test('exactly these routes exist, each at its function', () => {
    const table = routes.map((route) => [route.Properties.RouteKey, functionOf(route)])
    expect(Object.fromEntries(table)).toEqual({
      'GET /u/{token}': 'unsubscribe',
      'HEAD /u/{token}': 'unsubscribe',
      'POST /u/{token}': 'unsubscribe',
      'POST /u/{token}/undo': 'unsubscribe',
      'GET /o/{file}': 'tracking',
      'HEAD /o/{file}': 'tracking',
      'GET /c/{id}/{n}': 'tracking',
      'HEAD /c/{id}/{n}': 'tracking',
      'POST /api/subscriptions': 'subscriber-api',
      'GET /s/{token}': 'subscriber-api',
      'HEAD /s/{token}': 'subscriber-api',
      'POST /s/{token}': 'subscriber-api',
      'GET /s/{token}/address': 'subscriber-api',
      'POST /s/{token}/address': 'subscriber-api',
      'POST /api/links': 'subscriber-api',
      'POST /api/sessions': 'subscriber-api',
      'GET /api/preferences': 'subscriber-api',
      'PATCH /api/preferences': 'subscriber-api',
      'POST /api/requests': 'subscriber-api',
      'GET /api/requests': 'subscriber-api',
      'GET /api/requests/{id}': 'subscriber-api',
      'POST /api/requests/{id}': 'subscriber-api',
      'GET /d/{token}': 'subscriber-api',
      'GET /api/receipts/{id}': 'subscriber-api',
      'GET /api/receipt-keys': 'subscriber-api',
      'GET /api/policy': 'subscriber-api',
      'GET /staff/campaigns': 'campaign-api',
      'POST /staff/campaigns': 'campaign-api',
      'GET /staff/campaigns/{id}': 'campaign-api',
      'PATCH /staff/campaigns/{id}': 'campaign-api',
      'POST /staff/campaigns/{id}/preview': 'campaign-api',
      'POST /staff/campaigns/{id}/duplicate': 'campaign-api',
      'POST /staff/campaigns/{id}/test-sends': 'campaign-api',
      'POST /staff/campaigns/{id}/schedule': 'campaign-api',
      'POST /staff/campaigns/{id}/unschedule': 'campaign-api',
      'POST /staff/campaigns/{id}/start': 'campaign-api',
      'POST /staff/campaigns/{id}/pause': 'campaign-api',
      'POST /staff/campaigns/{id}/resume': 'campaign-api',
      'POST /staff/campaigns/{id}/cancel': 'campaign-api',
      'GET /staff/campaigns/{id}/statistics': 'campaign-api',
      'POST /staff/campaigns/{id}/recounts': 'campaign-api',
      'GET /staff/calls': 'calls-api',
      'GET /staff/calls/unchecked': 'calls-api',
      'POST /staff/calls/checks': 'calls-api',
      'POST /staff/calls/{id}/do-not-contact': 'calls-api',
      'POST /staff/exports': 'staff-api',
      'GET /staff/exports/{id}': 'staff-api',
      'GET /staff/exports/{id}/file': 'staff-api',
      'GET /staff/exports': 'staff-api',
      'POST /staff/imports': 'staff-api',
      'GET /staff/imports': 'staff-api',
      'GET /staff/imports/{id}': 'staff-api',
      'GET /staff/imports/{id}/rows': 'staff-api',
      'POST /staff/imports/{id}/start': 'staff-api',
      'GET /staff/exports/{id}/delta': 'staff-api',
      'POST /staff/exports/{id}/acknowledgements': 'staff-api',
      'GET /staff/retention': 'staff-api',
      'POST /staff/retention': 'staff-api',
      'GET /staff/requests': 'staff-api',
      'POST /staff/requests': 'staff-api',
      'GET /staff/requests/{id}': 'staff-api',
      'POST /staff/requests/{id}/steps': 'staff-api',
      'GET /staff/record-of-processing': 'staff-api',
    })
  })

  test('every staff route is behind the token check, and no public route is', () => {
    expect(routes.length).toBeGreaterThan(0)
    for (const { Properties } of routes) {
      const staff = String(Properties.RouteKey).includes(' /staff/')
      expect([Properties.RouteKey, Properties.AuthorizationType]).toEqual([
        Properties.RouteKey,
        staff ? 'JWT' : 'NONE',
      ])
      expect('AuthorizerId' in Properties).toBe(staff)
    }
  })

  test('UNSUB-05 a mailbox provider needs no header: unsubscribe asks for no authorization', () => {
    const post = routes.find(({ Properties }) => Properties.RouteKey === 'POST /u/{token}')
    expect(post?.Properties).toMatchObject({ AuthorizationType: 'NONE' })
  })

  test('the token check takes tokens of the configured issuer for the configured audience', () => {
    const own = synthesize({ issuer: 'https://login.nordlys.example/' })
    const authorizer = onlyResource(own.service, 'AWS::ApiGatewayV2::Authorizer')
    expect(authorizer.Properties).toMatchObject({
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: 'https://login.nordlys.example/', Audience: ['assent-staff'] },
    })
  })

  test('only the API may call a function with routes, and only the clock one without', () => {
    const all = [...resources(stacks.service, 'AWS::Lambda::Permission').values()]
    const byClock = all.filter(({ Properties }) => Properties.Principal === 'events.amazonaws.com')
    expect(JSON.stringify(byClock.map(({ Properties }) => Properties.FunctionName))).toMatch(
      /^\[\{"Fn::GetAtt":\["recall[^"]*","Arn"\]\}\]$/,
    )
    const permissions = all.filter((each) => !byClock.includes(each))
    expect(permissions).toHaveLength(routeGroups.length)
    for (const { Properties } of permissions) {
      expect(Properties.Principal).toBe('apigateway.amazonaws.com')
      expect(JSON.stringify(Properties.SourceArn)).toContain('execute-api')
    }
  })

  test('every route lies under a path that the CDN hands to the API', () => {
    for (const route of routeGroups.flatMap((group) => group.routes)) {
      const path = route.replace(/^[A-Z]+ /, '')
      expect(apiPaths.some((pattern) => path.startsWith(pattern.slice(0, -1)))).toBe(true)
    }
  })

  test('UNSUB-07 routes that only read are GET or HEAD, and no route takes any method', () => {
    for (const { Properties } of routes) {
      expect(Properties.RouteKey).toMatch(/^(GET|HEAD|POST|PATCH) \//)
    }
  })
})

describe('the stage', () => {
  const stage = () => onlyResource(stacks.service, 'AWS::ApiGatewayV2::Stage').Properties

  test('SEC-05 SEC-14 an access is remembered without path, token, network or user agent', () => {
    const format = JSON.parse(stage().AccessLogSettings.Format)
    expect(Object.values(format).sort()).toEqual([
      '$context.integrationLatency',
      '$context.requestId',
      '$context.requestTimeEpoch',
      '$context.responseLatency',
      '$context.routeKey',
      '$context.status',
    ])
  })

  test.for(['2500', '10000'])(
    'of an account’s %s a second, half is for unsubscribe, whoever floods the rest',
    (account) => {
      const { service } = synthesize({
        accountRequestsPerSecond: account,
        requestsPerSecond: String(Number(account) / 2),
      })
      const { DefaultRouteSettings: share, RouteSettings } = onlyResource(
        service,
        'AWS::ApiGatewayV2::Stage',
      ).Properties
      const unlimited = routeGroups.find(({ function: name }) => name === 'unsubscribe')?.routes
      for (const route of unlimited ?? []) {
        expect(RouteSettings[route]).toEqual({
          ThrottlingRateLimit: Number(account),
          ThrottlingBurstLimit: Number(account) / 2,
        })
      }
      const limits = routes
        .map(({ Properties }) => String(Properties.RouteKey))
        .filter((route) => !unlimited?.includes(route))
        .map((route) => RouteSettings[route] ?? share)
      const sum = (of: string) => limits.reduce((all, limit) => all + limit[of], 0)
      expect(limits.length).toBe(routes.length - 4)
      expect(sum('ThrottlingRateLimit')).toBeLessThanOrEqual(Number(account) / 2)
      expect(sum('ThrottlingBurstLimit')).toBeLessThanOrEqual(Number(account) / 4)
      expect(share.ThrottlingBurstLimit).toBeGreaterThan(10)
      // A mail that goes out to many takes nothing from those who choose, and is not turned away itself.
      expect(RouteSettings['GET /o/{file}'].ThrottlingRateLimit).toBeGreaterThan(50)
    },
  )
})

describe('the way in', () => {
  const api = (all: Stacks) => onlyResource(all.service, 'AWS::ApiGatewayV2::Api').Properties

  test('SEC-09 is a name of its own: what everybody could guess is switched off', () => {
    expect(api(stacks).DisableExecuteApiEndpoint).toBe(true)
    const { DomainName, DomainNameConfigurations } = onlyResource(
      stacks.service,
      'AWS::ApiGatewayV2::DomainName',
    ).Properties
    expect(DomainName).toBe('api.preferences.nordlys.example')
    expect(DomainNameConfigurations).toEqual([
      {
        CertificateArn: expect.stringContaining('arn:aws:acm:eu-north-1:'),
        EndpointType: 'REGIONAL',
        SecurityPolicy: 'TLS_1_2',
      },
    ])
    const { Stage } = onlyResource(stacks.service, 'AWS::ApiGatewayV2::ApiMapping').Properties
    expect(stacks.service.Resources[Stage.Ref]?.Type).toBe('AWS::ApiGatewayV2::Stage')
  })

  test('on the laptop, which has no name to give, stays as it is made', () => {
    const local = synthesize({ stage: 'local', origin: 'http://localhost:3000' })
    expect(api(local).DisableExecuteApiEndpoint).toBe(false)
    expect(() => resources(local.service, 'AWS::ApiGatewayV2::DomainName')).toThrow('no AWS::')
  })
})
