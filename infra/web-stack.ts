import { CfnOutput, CfnParameter, Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  type FunctionAssociation,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  PriceClass,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { BucketEncryption } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { policy } from '../policy.ts'
import { PrivateBucket } from './constructs/private-bucket.ts'
import { answerHeaders, siteHeaders } from './constructs/response-headers.ts'
import { originSecretParameter } from './origin-secret.ts'
import { apiPaths } from './routes.ts'
import { isLocalOrigin, type Settings } from './settings.ts'

export type WebStackProps = StackProps & {
  settings: Settings
  /** Host name of the HTTP API. */
  apiDomainName: string
  /** What the CDN turns away; none on the laptop. */
  webAclArn?: string
}

/** The sign-up page, in each language: the one page that search engines may list (SEC-06). */
const signUpPaths = [
  '/',
  '/index.html',
  ...policy.languages.slice(1).map((language) => `/${language}/`),
]

/** S3 knows files, not folders: a folder's path means the page in it. */
const folderPages = `
function handler(event) {
  var request = event.request
  if (request.uri.endsWith('/')) request.uri += 'index.html'
  return request
}
`

/**
 * Who is calling, in the CDN's own word: whatever a caller wrote under this name is overwritten.
 * Only the API counts by network (SEC-09), so only its requests carry it.
 */
const viewerIp = `
function handler(event) {
  event.request.headers['viewer-ip'] = { value: event.viewer.ip }
  return event.request
}
`

/** The one origin that people see: static pages from a private bucket, everything else from the API. */
export class WebStack extends Stack {
  readonly site: PrivateBucket

  constructor(scope: Construct, id: string, props: WebStackProps) {
    super(scope, id, props)
    const { settings } = props

    this.site = new PrivateBucket(this, 'Site', { encryption: BucketEncryption.S3_MANAGED })
    new CfnOutput(this, 'SiteBucket', {
      description: 'Where npm run deploy uploads the pages',
      value: this.site.bucketName,
    })
    Validations.of(this.site).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Holds public pages that only the CDN reads; a log of it would say nothing',
    })

    const page: Omit<BehaviorOptions, 'responseHeadersPolicy'> = {
      origin: S3BucketOrigin.withOriginAccessControl(this.site),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      compress: true,
      functionAssociations: this.atTheEdge('FolderPages', {
        functionName: `assent-${settings.stage}-folder-pages`,
        source: folderPages,
        comment: 'Maps /preferences/ to /preferences/index.html',
      }),
    }
    const indexed = { ...page, responseHeadersPolicy: siteHeaders(this, 'IndexedPages', true) }

    const secret = new CfnParameter(this, originSecretParameter, {
      description:
        'What the functions know the CDN by; npm run deploy takes it from Parameter Store',
      noEcho: true,
      minLength: 43,
      allowedPattern: '[A-Za-z0-9_-]+',
    })
    const api: BehaviorOptions = {
      origin: new HttpOrigin(props.apiDomainName, {
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        originSslProtocols: [OriginSslPolicy.TLS_V1_2],
        customHeaders: { 'origin-secret': secret.valueAsString },
      }),
      // Never a redirect, not even to https: a one-click POST must be answered itself (UNSUB-06).
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      responseHeadersPolicy: answerHeaders(this, 'Answers'),
    }

    const counted: BehaviorOptions = {
      ...api,
      functionAssociations: this.atTheEdge('ViewerIp', {
        functionName: `assent-${settings.stage}-viewer-ip`,
        source: viewerIp,
        comment: 'Tells the API who is calling',
      }),
    }

    const distribution = new Distribution(this, 'Cdn', {
      comment: `Assent ${settings.stage}`,
      defaultBehavior: { ...page, responseHeadersPolicy: siteHeaders(this, 'OtherPages', false) },
      additionalBehaviors: {
        ...Object.fromEntries(apiPaths.map((path) => [path, path === '/api/*' ? counted : api])),
        ...Object.fromEntries(signUpPaths.map((path) => [path, indexed])),
      },
      defaultRootObject: 'index.html',
      // The CDN would keep an error for ten seconds and hand it to the next caller of that path,
      // whoever that is: token-dependent answers are never kept (SEC-06).
      errorResponses: [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504].map((httpStatus) => ({
        httpStatus,
        ttl: Duration.seconds(0),
      })),
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      ...(props.webAclArn === undefined ? {} : { webAclId: props.webAclArn }),
      ...this.name(settings),
    })
    new CfnOutput(this, 'CdnDomain', {
      description: 'Where DNS must lead the name that people see',
      value: distribution.distributionDomainName,
    })
    if (isLocalOrigin(settings)) {
      Validations.of(distribution).acknowledge(
        {
          id: 'AwsSolutions-CFR4',
          reason: 'A stage on the laptop has no certificate to demand a version of TLS with',
        },
        {
          id: 'AwsSolutions-CFR2',
          reason: 'A stage on the laptop is reached by nobody else, so no web ACL stands before it',
        },
      )
    }
    Validations.of(distribution).acknowledge(
      {
        id: 'AwsSolutions-CFR1',
        reason: 'A person has their rights wherever they are: no country is shut out',
      },
      {
        id: 'AwsSolutions-CFR3',
        reason: 'Access logs would keep tokens and networks; the API logs route keys (SEC-05)',
      },
    )
  }

  private atTheEdge(
    id: string,
    { functionName, source, comment }: { functionName: string; source: string; comment: string },
  ): FunctionAssociation[] {
    const code = FunctionCode.fromInline(source.trim())
    const runtime = FunctionRuntime.JS_2_0
    const fn = new EdgeFunction(this, id, { functionName, code, runtime, comment })
    return [{ eventType: FunctionEventType.VIEWER_REQUEST, function: fn }]
  }

  /** The public name and its certificate; the laptop has neither. */
  private name(settings: Settings) {
    if (isLocalOrigin(settings)) return {}
    return {
      domainNames: [new URL(settings.origin).hostname],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', settings.certificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
    }
  }
}
