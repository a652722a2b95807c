import { Stack, Validations } from 'aws-cdk-lib'
import {
  CfnApi,
  CfnAuthorizer,
  CfnIntegration,
  CfnRoute,
  CfnStage,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { type RoutedFunction, type RouteGroup, routeGroups } from '../routes.ts'
import type { Settings } from '../settings.ts'
import { ExpiringLog } from './expiring-log.ts'

/** What an account has in the smallest regions: a mailbox provider is never told to come later. */
const accountRate = { ThrottlingRateLimit: 2500, ThrottlingBurstLimit: 5000 }

/** What one access is remembered by: no path, token, address, network or user agent (SEC-05). */
const accessLogFormat = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  route: '$context.routeKey',
  status: '$context.status',
  latency: '$context.responseLatency',
  functionLatency: '$context.integrationLatency',
}

export type HttpFrontProps = {
  settings: Settings
  /** The function behind each name of the routes table. */
  functions: Record<RoutedFunction, LambdaFunction>
}

/** The HTTP API: the routes table made real, its staff side behind the token check. */
export class HttpFront extends Construct {
  /** Host name that the CDN forwards to. */
  readonly domainName: string
  private readonly apiId: string
  private readonly staffTokenId: string
  private readonly routes: CfnRoute[] = []

  constructor(scope: Construct, id: string, props: HttpFrontProps) {
    super(scope, id)
    const { settings, functions } = props
    const stack = Stack.of(this)
    // The execute-api endpoint is switched off here once the edge proves itself by a secret.
    const api = new CfnApi(this, 'Api', { name: `assent-${settings.stage}`, protocolType: 'HTTP' })
    this.apiId = api.ref
    this.domainName = `${api.ref}.execute-api.${stack.region}.${stack.urlSuffix}`
    this.staffTokenId = new CfnAuthorizer(this, 'StaffToken', {
      apiId: api.ref,
      name: 'staff-token',
      authorizerType: 'JWT',
      identitySource: ['$request.header.Authorization'],
      jwtConfiguration: { issuer: settings.issuer, audience: [settings.audience] },
    }).ref
    for (const group of routeGroups) this.connect(group, functions[group.function])
    this.stage(settings)
  }

  /** One integration and one invoke permission per function, then its routes. */
  private connect(group: RouteGroup, lambda: LambdaFunction): void {
    const integration = new CfnIntegration(this, `To ${group.function}`, {
      apiId: this.apiId,
      integrationType: 'AWS_PROXY',
      integrationUri: lambda.functionArn,
      payloadFormatVersion: '2.0',
    })
    lambda.addPermission('FromHttpFront', {
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: this.apiId,
        resourceName: '*/*',
      }),
    })
    for (const routeKey of group.routes) {
      const route = new CfnRoute(this, routeKey, {
        apiId: this.apiId,
        routeKey,
        target: `integrations/${integration.ref}`,
        ...(group.trust === 'staff'
          ? { authorizationType: 'JWT', authorizerId: this.staffTokenId }
          : { authorizationType: 'NONE' }),
      })
      this.routes.push(route)
      if (group.trust === 'public') {
        Validations.of(route).acknowledge({
          id: 'AwsSolutions-APIG4',
          reason:
            'People and mailbox providers have no account: a signed token of ours is the proof',
        })
      }
    }
  }

  private stage(settings: Settings): void {
    const log = new ExpiringLog(this, 'AccessLog')
    const stage = new CfnStage(this, 'Stage', {
      apiId: this.apiId,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: {
        destinationArn: log.logGroupArn,
        format: JSON.stringify(accessLogFormat),
      },
      defaultRouteSettings: {
        throttlingRateLimit: settings.requestsPerSecond,
        throttlingBurstLimit: settings.requestsPerSecond * 2,
      },
      routeSettings: Object.fromEntries(
        routeGroups
          .filter((group) => group.rate === 'account')
          .flatMap((group) => group.routes.map((route) => [route, accountRate])),
      ),
    })
    // A setting for a route that does not exist yet would fail the deployment.
    stage.node.addDependency(...this.routes)
  }
}
