import { Duration } from 'aws-cdk-lib'
import {
  HeadersFrameOption,
  HeadersReferrerPolicy,
  ResponseHeadersPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import type { Construct } from 'constructs'

/** Nothing from elsewhere, nothing inline, no frame around it (SEC-06, UX-07). */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "object-src 'none'",
].join('; ')

const twoYears = Duration.days(730)
const noindex = { header: 'X-Robots-Tag', value: 'noindex' }

/** Headers of the static pages; `indexed` only where a search engine may list the page. */
export function siteHeaders(scope: Construct, id: string, indexed: boolean): ResponseHeadersPolicy {
  const override = true
  return new ResponseHeadersPolicy(scope, id, {
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy, override },
      contentTypeOptions: { override },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override },
      strictTransportSecurity: {
        accessControlMaxAge: twoYears,
        includeSubdomains: true,
        override,
      },
    },
    ...(indexed ? {} : { customHeadersBehavior: { customHeaders: [{ ...noindex, override }] } }),
  })
}

/**
 * The same for answers that no function of ours wrote, such as the gateway's own 404 and 429. What a
 * function says itself stands.
 */
export function answerHeaders(scope: Construct, id: string): ResponseHeadersPolicy {
  const override = false
  return new ResponseHeadersPolicy(scope, id, {
    securityHeadersBehavior: {
      contentSecurityPolicy: {
        contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
        override,
      },
      contentTypeOptions: { override },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override },
      strictTransportSecurity: {
        accessControlMaxAge: twoYears,
        includeSubdomains: true,
        override,
      },
    },
    customHeadersBehavior: {
      customHeaders: [
        { ...noindex, override },
        { header: 'Cache-Control', value: 'no-store', override },
      ],
    },
  })
}
