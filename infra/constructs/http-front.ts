import { CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib'
import {
  CfnApi,
  CfnApiMapping,
  CfnAuthorizer,
  CfnDomainName,
  CfnIntegration,
  CfnRoute,
  CfnStage,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { FilterPattern, type IFilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { type RoutedFunction, type RouteGroup, routeGroups } from '../routes.ts'
import { figuresOf, isLocalOrigin, type Settings } from '../settings.ts'
import type { StaffTokens } from '../staff-tokens.ts'
import { ExpiringLog } from './expiring-log.ts'
import { HarmAlarm } from './harm-alarm.ts'
import { ownFigure } from './own-figure.ts'

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
  /** Whose tokens open the staff routes. */
  staff: StaffTokens
  /** The function behind each name of the routes table. */
  functions: Record<RoutedFunction, LambdaFunction>
}

/** The HTTP API: the routes table made real, its staff side behind the token check. */
export class HttpFront extends Construct {
  /** Host name that the CDN forwards to. */
  readonly domainName: string
  readonly apiId: string
  private readonly staffTokenId: string
  private readonly routes: CfnRoute[] = []

  constructor(scope: Construct, id: string, props: HttpFrontProps) {
    super(scope, id)
    const { settings, staff, functions } = props
    const stack = Stack.of(this)
    const isLocal = isLocalOrigin(settings)
    const api = new CfnApi(this, 'Api', {
      name: `assent-${settings.stage}`,
      protocolType: 'HTTP',
      // A second way in that everybody could guess; the laptop has no name to give it another.
      disableExecuteApiEndpoint: !isLocal,
    })
    this.apiId = api.ref
    this.domainName = isLocal
      ? `${api.ref}.execute-api.${stack.region}.${stack.urlSuffix}`
      : settings.apiDomain
    this.staffTokenId = new CfnAuthorizer(this, 'StaffToken', {
      apiId: api.ref,
      name: 'staff-token',
      authorizerType: 'JWT',
      identitySource: ['$request.header.Authorization'],
      jwtConfiguration: { issuer: staff.issuer, audience: [staff.audience] },
    }).ref
    for (const group of routeGroups) this.connect(group, functions[group.function])
    const open = this.stage(settings)
    if (!isLocal) this.nameIt(settings, open)
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

  /** Its own name, for the CDN alone; the company's DNS leads it to what API Gateway answers under. */
  private nameIt({ apiDomain, apiCertificateArn }: Settings, stage: CfnStage): void {
    const name = new CfnDomainName(this, 'Name', {
      domainName: apiDomain,
      domainNameConfigurations: [
        {
          certificateArn: apiCertificateArn,
          endpointType: 'REGIONAL',
          securityPolicy: 'TLS_1_2',
        },
      ],
    })
    new CfnApiMapping(this, 'Mapping', {
      apiId: this.apiId,
      domainName: name.ref,
      stage: stage.ref,
    })
    new CfnOutput(this, 'ApiTarget', {
      description: `Where DNS must lead ${apiDomain}: a CNAME`,
      value: name.attrRegionalDomainName,
    })
  }

  /** What the answers say of themselves; the log of accesses knows the route and the status, no more. */
  private watch(settings: Settings, log: ExpiringLog): void {
    const status = (code: string) => FilterPattern.stringValue('$.status', '=', code)
    const route = (pattern: string) => FilterPattern.stringValue('$.route', '=', pattern)
    const count = (metricName: string, filterPattern: IFilterPattern) => {
      const metricNamespace = figuresOf(settings)
      new MetricFilter(this, `${metricName}InLog`, {
        logGroup: log,
        filterPattern,
        metricNamespace,
        metricName,
      })
      return ownFigure(settings, metricName, Duration.minutes(5))
    }
    new HarmAlarm(this, 'UnsubscribeFails', {
      harm: 'Somebody presses stop and goes on being mailed, or a mailbox provider gives up on our link.',
      article: 'unsubscribe',
      metric: count('UnsubscribeFailed', FilterPattern.all(route('*/u/*'), status('5*'))),
      threshold: 0,
    })
    new HarmAlarm(this, 'CdnRefused', {
      harm: 'The API does not know its own CDN, and nobody can sign up or change a choice; or somebody calls the API past it.',
      article: 'origin-refused',
      metric: count(
        'CdnRefused',
        FilterPattern.all(FilterPattern.any(route('*/api/*'), route('*/s/*')), status('403')),
      ),
      threshold: 20,
    })
    new HarmAlarm(this, 'Failing', {
      harm: 'What people ask of us fails: they cannot sign up, confirm, see or change what they chose.',
      article: 'subscriber-api',
      metric: new Metric({
        namespace: 'AWS/ApiGateway',
        metricName: '5xx',
        dimensionsMap: { ApiId: this.apiId },
        statistic: 'Sum',
        period: Duration.minutes(5),
      }),
      threshold: 5,
    })
  }

  private stage(settings: Settings): CfnStage {
    const log = new ExpiringLog(this, 'AccessLog')
    this.watch(settings, log)
    const stage = new CfnStage(this, 'Stage', {
      apiId: this.apiId,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: {
        destinationArn: log.logGroupArn,
        format: JSON.stringify(accessLogFormat),
      },
      defaultRouteSettings: camelCased(shareOf(settings, 'stage')),
      routeSettings: Object.fromEntries([
        ...routesAt('account').map((route) => [route, accountRate(settings)]),
        ...(['hits', 'staff'] as const).flatMap((rate) =>
          routesAt(rate).map((route) => [route, shareOf(settings, rate)]),
        ),
      ]),
    })
    // A setting for a route that does not exist yet would fail the deployment.
    stage.node.addDependency(...this.routes)
    return stage
  }
}

type Rate = RouteGroup['rate'] | 'staff'

const rateOf = ({ trust, rate }: RouteGroup): Rate => (trust === 'staff' ? 'staff' : rate)

const routesAt = (rate: Rate): string[] =>
  routeGroups.filter((group) => rateOf(group) === rate).flatMap((group) => group.routes)

/** All that the account has: a mailbox provider is never told to come later (UNSUB-06). */
function accountRate({ accountRequestsPerSecond }: Settings) {
  return {
    ThrottlingRateLimit: accountRequestsPerSecond,
    ThrottlingBurstLimit: Math.floor(accountRequestsPerSecond / 2),
  }
}

/** Of what all routes but unsubscribe may use: a few colleagues need little, and pixels may wait. */
const parts = { stage: 0.6, hits: 0.25, staff: 0.15 }

/**
 * What one such route may use. All APIs of an account draw on one bucket, so that these shares together
 * stay under the half of it, in rate and in burst, whoever floods them all.
 */
function shareOf({ requestsPerSecond }: Settings, rate: keyof typeof parts) {
  const each = Math.max(2, Math.floor((requestsPerSecond * parts[rate]) / routesAt(rate).length))
  return { ThrottlingRateLimit: each, ThrottlingBurstLimit: Math.floor(each / 2) }
}

const camelCased = ({ ThrottlingRateLimit, ThrottlingBurstLimit }: ReturnType<typeof shareOf>) => ({
  throttlingRateLimit: ThrottlingRateLimit,
  throttlingBurstLimit: ThrottlingBurstLimit,
})
