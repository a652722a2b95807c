import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2'
import type { Construct } from 'constructs'
import type { Settings } from '../settings.ts'

type Statement = CfnWebACL.StatementProperty

const startsWith = (path: string): Statement => ({
  byteMatchStatement: {
    fieldToMatch: { uriPath: {} },
    positionalConstraint: 'STARTS_WITH',
    searchString: path,
    textTransformations: [{ priority: 0, type: 'NONE' }],
  },
})

const isPost: Statement = {
  byteMatchStatement: {
    fieldToMatch: { method: {} },
    positionalConstraint: 'EXACTLY',
    searchString: 'POST',
    textTransformations: [{ priority: 0, type: 'NONE' }],
  },
}

/** Whatever else is wrong with a caller, the link in a mail turns off (UNSUB-06): no rule sees it. */
const allButUnsubscribe: Statement = { notStatement: { statement: startsWith('/u/') } }

/**
 * A mail provider's proxies fetch the pictures of everybody whose mail lies with it, from few addresses:
 * one of them may ask more often for pixels than any person asks for pages, and is never told to wait.
 * Pixels and tracked links have their own share of the gateway's rate; floods of them reach nothing else.
 */
const allButMails: Statement = {
  notStatement: {
    statement: { orStatement: { statements: ['/u/', '/o/', '/c/'].map(startsWith) } },
  },
}

/** What puts a mail into somebody's inbox (SEC-09). */
const asksForMail: Statement = {
  andStatement: {
    statements: [
      isPost,
      { orStatement: { statements: [startsWith('/api/subscriptions'), startsWith('/api/links')] } },
    ],
  },
}

/** A whole office may sign up from one address; nobody needs more. */
const mailsInFiveMinutes = 100
/** A page and what it loads are a dozen requests. */
const requestsInFiveMinutes = 3000

/** Figures without requests: a sample would keep paths, tokens and networks for three hours (SEC-05). */
const figures = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  sampledRequestsEnabled: false,
})

const tooMany = 'too-many'

/**
 * What the CDN turns away before any code of ours runs: floods of one address, and what AWS knows to be
 * hostile. No rule asks a riddle or redirects, none looks at `/u/*`, and none keeps a request.
 */
export class WebAcl extends CfnWebACL {
  /** The name that its figures have in CloudWatch. */
  readonly metricName: string

  constructor(scope: Construct, id: string, { stage }: Settings) {
    const metricName = `assent-${stage}`
    super(scope, id, {
      scope: 'CLOUDFRONT',
      description: 'In front of the preference centre, and before no link in a mail',
      defaultAction: { allow: {} },
      visibilityConfig: figures(metricName),
      customResponseBodies: {
        [tooMany]: {
          contentType: 'APPLICATION_JSON',
          content: JSON.stringify({
            type: 'about:blank',
            title: 'Too many requests; try again in five minutes',
            status: 429,
            code: 'too-many',
          }),
        },
      },
      rules: [
        rateRule('MailsOfOneAddress', mailsInFiveMinutes, asksForMail),
        rateRule('RequestsOfOneAddress', requestsInFiveMinutes, allButMails),
        managedRule('AWSManagedRulesAmazonIpReputationList'),
        managedRule('AWSManagedRulesKnownBadInputsRuleSet'),
        // The functions have limits of their own, and answer in words.
        managedRule('AWSManagedRulesCommonRuleSet', ['SizeRestrictions_BODY']),
      ].map((rule, priority) => ({ ...rule, priority })),
    })
    this.metricName = metricName
  }
}

type Rule = Omit<CfnWebACL.RuleProperty, 'priority'>

function rateRule(name: string, limit: number, scopeDownStatement: Statement): Rule {
  return {
    name,
    statement: {
      rateBasedStatement: {
        aggregateKeyType: 'IP',
        limit,
        evaluationWindowSec: 300,
        scopeDownStatement,
      },
    },
    action: {
      block: { customResponse: { responseCode: 429, customResponseBodyKey: tooMany } },
    },
    visibilityConfig: figures(name),
  }
}

function managedRule(name: string, onlyCounted: readonly string[] = []): Rule {
  return {
    name,
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        scopeDownStatement: allButUnsubscribe,
        ruleActionOverrides: onlyCounted.map((rule) => ({
          name: rule,
          actionToUse: { count: {} },
        })),
      },
    },
    overrideAction: { none: {} },
    visibilityConfig: figures(name),
  }
}
