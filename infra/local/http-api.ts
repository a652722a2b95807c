import * as v from 'valibot'
import { type Assembly, resourcesOfType } from './assembly.ts'
import { functionNameIn } from './resource-values.ts'

const routeSchema = v.object({
  ApiId: v.string(),
  RouteKey: v.string(),
  Target: v.optional(v.string()),
  AuthorizationType: v.optional(v.string(), 'NONE'),
  AuthorizerId: v.optional(v.string()),
  AuthorizationScopes: v.optional(v.array(v.string()), []),
})

const integrationSchema = v.object({
  IntegrationType: v.literal('AWS_PROXY'),
  IntegrationUri: v.string(),
  PayloadFormatVersion: v.literal('2.0'),
  TimeoutInMillis: v.optional(v.number(), 30_000),
})

const authorizerSchema = v.object({
  AuthorizerType: v.literal('JWT'),
  IdentitySource: v.array(v.string()),
  JwtConfiguration: v.object({ Issuer: v.string(), Audience: v.array(v.string()) }),
})

export type JwtSettings = { issuer: string; audience: string[]; scopes: string[] }

export type HttpRoute = {
  routeKey: string
  functionName: string
  timeoutMilliseconds: number
  jwt: JwtSettings | undefined
}

export type HttpApi = { id: string; domainName: string; routes: HttpRoute[] }

/** The one HTTP API of the assembly with its routes, each with the function it leads to. */
export function readHttpApi(assembly: Assembly): HttpApi {
  const [api, ...others] = resourcesOfType(assembly, 'AWS::ApiGatewayV2::Api')
  if (!api || others.length > 0) throw new Error('The local cloud runs exactly one HTTP API')
  const routes = resourcesOfType(assembly, 'AWS::ApiGatewayV2::Route')
    .map(({ properties }) => v.parse(routeSchema, properties))
    .map((route) => readRoute(assembly, route))
  return { id: api.name, domainName: domainOf(assembly, api.name, api.region), routes }
}

function readRoute(assembly: Assembly, route: v.InferOutput<typeof routeSchema>): HttpRoute {
  const integrationName = route.Target?.replace(/^integrations\//, '')
  const integration = v.parse(
    integrationSchema,
    propertiesOf(assembly, 'AWS::ApiGatewayV2::Integration', integrationName),
  )
  return {
    routeKey: route.RouteKey,
    functionName: functionNameIn(integration.IntegrationUri),
    timeoutMilliseconds: integration.TimeoutInMillis,
    jwt: route.AuthorizationType === 'JWT' ? readJwt(assembly, route) : undefined,
  }
}

function readJwt(assembly: Assembly, route: v.InferOutput<typeof routeSchema>): JwtSettings {
  const { JwtConfiguration } = v.parse(
    authorizerSchema,
    propertiesOf(assembly, 'AWS::ApiGatewayV2::Authorizer', route.AuthorizerId),
  )
  return {
    issuer: JwtConfiguration.Issuer,
    audience: JwtConfiguration.Audience,
    scopes: route.AuthorizationScopes,
  }
}

function propertiesOf(assembly: Assembly, type: string, name: string | undefined): unknown {
  return resourcesOfType(assembly, type).find((resource) => resource.name === name)?.properties
}

// A custom domain hides the default endpoint; without one the API answers under its own name.
function domainOf(assembly: Assembly, apiId: string, region: string): string {
  const custom = resourcesOfType(assembly, 'AWS::ApiGatewayV2::DomainName')[0]
  return custom?.name ?? `${apiId}.execute-api.${region}.amazonaws.com`
}
