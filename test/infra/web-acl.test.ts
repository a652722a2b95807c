import { beforeAll, describe, expect, test } from 'vitest'
import { onlyResource, type Stacks, synthesize } from './synthesized.ts'

// biome-ignore lint/suspicious/noExplicitAny: a template is read here as CloudFormation reads it
type Config = any
type Request = { method: string; path: string }

let stacks: Stacks
let acl: Config

beforeAll(() => {
  stacks = synthesize()
  acl = onlyResource(stacks.edge, 'AWS::WAFv2::WebACL').Properties
})

/** Whether a statement may match this request; what depends on anything else is taken to match. */
function mayMatch(statement: Config, request: Request): boolean {
  const [[kind, body]] = Object.entries<Config>(statement) as [[string, Config]]
  switch (kind) {
    case 'NotStatement':
      return !mustMatch(body.Statement, request)
    case 'AndStatement':
      return body.Statements.every((one: Config) => mayMatch(one, request))
    case 'OrStatement':
      return body.Statements.some((one: Config) => mayMatch(one, request))
    case 'ByteMatchStatement':
      return bytesMatch(body, request)
    case 'RateBasedStatement':
    case 'ManagedRuleGroupStatement':
      return body.ScopeDownStatement === undefined || mayMatch(body.ScopeDownStatement, request)
    default:
      throw new Error(`this test does not know what ${kind} matches`)
  }
}

/** Only what reads method and path is certain. */
function mustMatch(statement: Config, request: Request): boolean {
  if (statement.OrStatement !== undefined) {
    return statement.OrStatement.Statements.some((one: Config) => mustMatch(one, request))
  }
  if (statement.ByteMatchStatement === undefined) throw new Error('a scope that is not certain')
  return bytesMatch(statement.ByteMatchStatement, request)
}

function bytesMatch(body: Config, { method, path }: Request): boolean {
  expect(body.TextTransformations).toEqual([{ Priority: 0, Type: 'NONE' }])
  const field = 'UriPath' in body.FieldToMatch ? path : method
  expect(Object.keys(body.FieldToMatch)).toEqual([field === path ? 'UriPath' : 'Method'])
  if (body.PositionalConstraint === 'STARTS_WITH') return field.startsWith(body.SearchString)
  if (body.PositionalConstraint === 'EXACTLY') return field === body.SearchString
  throw new Error(body.PositionalConstraint)
}

const seenBy = (request: Request): string[] =>
  acl.Rules.filter(({ Statement }: Config) => mayMatch(Statement, request)).map(
    ({ Name }: Config) => Name,
  )

describe('the web ACL', () => {
  test.for(['GET', 'HEAD', 'POST', 'OPTIONS'])(
    'UNSUB-06 no rule sees a %s of the link in a mail, and by default it is let through',
    (method) => {
      for (const path of ['/u/AQEtoken', '/u/AQEtoken/undo', '/u/', '/u/../../etc/passwd']) {
        expect(seenBy({ method, path })).toEqual([])
      }
      expect(acl.DefaultAction).toEqual({ Allow: {} })
    },
  )

  test('UNSUB-06 no rule asks a riddle: a mailbox provider solves none', () => {
    expect(JSON.stringify(acl)).not.toMatch(/Captcha|Challenge/i)
    for (const { Action, OverrideAction } of acl.Rules) {
      expect([{ ...Action }, { ...OverrideAction }]).toSatisfy((actions: object[]) =>
        actions.flatMap(Object.keys).every((action) => /^(Block|None)$/.test(action)),
      )
    }
  })

  test('SEC-09 what puts a mail into an inbox is limited per address, apart from all the rest', () => {
    for (const path of ['/api/subscriptions', '/api/links']) {
      expect(seenBy({ method: 'POST', path })).toContain('MailsOfOneAddress')
    }
    expect(seenBy({ method: 'POST', path: '/api/requests' })).not.toContain('MailsOfOneAddress')
    expect(seenBy({ method: 'GET', path: '/api/preferences' })).toEqual([
      'RequestsOfOneAddress',
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesKnownBadInputsRuleSet',
      'AWSManagedRulesCommonRuleSet',
    ])
    const [mails] = acl.Rules
    expect(mails.Statement.RateBasedStatement).toMatchObject({
      AggregateKeyType: 'IP',
      EvaluationWindowSec: 300,
    })
    expect(mails.Action.Block.CustomResponse.ResponseCode).toBe(429)
  })

  test('TRACK-03 no limit per address sees a pixel or a tracked link: a mail proxy fetches for thousands', () => {
    for (const path of ['/o/abc.gif', '/c/abc/0']) {
      const rules = seenBy({ method: 'GET', path })
      expect(rules.filter((name) => name.endsWith('OfOneAddress'))).toEqual([])
      expect(rules).toContain('AWSManagedRulesAmazonIpReputationList')
    }
    for (const path of ['/', '/s/abc', '/oo', '/contact']) {
      expect(seenBy({ method: 'GET', path })).toContain('RequestsOfOneAddress')
    }
  })

  test('SEC-05 keeps no request: no sample, no log', () => {
    const visibility = [acl, ...acl.Rules].map(({ VisibilityConfig }: Config) => VisibilityConfig)
    expect(visibility).toHaveLength(6)
    for (const { SampledRequestsEnabled } of visibility) expect(SampledRequestsEnabled).toBe(false)
    const logging = Object.values(stacks)
      .flatMap(({ Resources }) => Object.values(Resources))
      .filter(({ Type }) => Type === 'AWS::WAFv2::LoggingConfiguration')
    expect(logging).toEqual([])
  })

  test('stands before the CDN, and the laptop has neither of it', () => {
    const config = (all: Stacks) =>
      onlyResource(all.web, 'AWS::CloudFront::Distribution').Properties.DistributionConfig
    expect(acl.Scope).toBe('CLOUDFRONT')
    const { StackName, Region, OutputName } = config(stacks).WebACLId['Fn::GetStackOutput']
    expect([StackName, Region]).toEqual(['assent-prod-edge', 'us-east-1'])
    expect(stacks.edge.Outputs?.[OutputName]?.Value).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^WebAcl/), 'Arn'],
    })
    const local = synthesize({ stage: 'local', origin: 'http://localhost:3000' })
    expect(local.edge.Resources).toEqual({})
    expect(config(local).WebACLId).toBeUndefined()
  })

  test('the one stack outside the EU holds rules, figures and alarms, and nothing of a person', () => {
    const types = Object.values(stacks.edge.Resources).map(({ Type }) => Type)
    expect(new Set(types)).toEqual(
      new Set([
        'AWS::WAFv2::WebACL',
        'AWS::KMS::Key',
        'AWS::SNS::Topic',
        'AWS::SNS::TopicPolicy',
        'AWS::CloudWatch::Alarm',
      ]),
    )
  })
})
