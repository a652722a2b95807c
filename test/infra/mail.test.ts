import { beforeAll, describe, expect, test } from 'vitest'
import { policy } from '../../policy.ts'
import {
  onlyResource,
  plain,
  type Resource,
  resource,
  resources,
  type Stacks,
  synthesize,
} from './synthesized.ts'

let stacks: Stacks
let waysOut: Map<string, Resource>
let destinations: Map<string, Resource>

beforeAll(() => {
  stacks = synthesize()
  waysOut = resources(stacks.mail, 'AWS::SES::ConfigurationSet')
  destinations = resources(stacks.mail, 'AWS::SES::ConfigurationSetEventDestination')
})

describe('how mail leaves', () => {
  test('SEND-01 the domain of the policy is the sender, and bounces align with it', () => {
    const identity = onlyResource(stacks.mail, 'AWS::SES::EmailIdentity')
    expect(identity.Properties).toMatchObject({
      EmailIdentity: policy.mail.domain,
      MailFromAttributes: { MailFromDomain: `bounce.${policy.mail.domain}` },
    })
    expect(Object.keys(stacks.mail.Outputs ?? {})).toEqual(
      expect.arrayContaining(['Dkim1', 'Dkim2', 'Dkim3']),
    )
  })

  test('SEND-02 letters and marketing leave by different ways and from different addresses', () => {
    expect([...waysOut.keys()].sort()).toEqual(['Letters', 'Marketing'])
    expect(policy.mail.lettersFrom).not.toBe(policy.mail.marketingFrom)
  })

  test('SEND-08 SES tracks no open and no click: nothing asks for it and engagement is off', () => {
    for (const { Properties } of waysOut.values()) {
      expect(Properties.VdmOptions.DashboardOptions.EngagementMetrics).toBe('DISABLED')
      expect(Properties.TrackingOptions).toBeUndefined()
    }
    for (const { Properties } of destinations.values()) {
      const asked = Properties.EventDestination.MatchingEventTypes
      expect(asked).not.toContain('open')
      expect(asked).not.toContain('click')
    }
  })

  test('mail leaves over TLS only, and its reputation is measured', () => {
    for (const { Properties } of waysOut.values()) {
      expect(Properties.DeliveryOptions.TlsPolicy).toBe('REQUIRE')
      expect(Properties.ReputationOptions.ReputationMetricsEnabled).toBe(true)
    }
  })

  test('UNSUB-18 a complaint stops marketing, never the letters we owe a person', () => {
    const reasons = [...waysOut].map(([name, { Properties }]) => [
      name,
      Properties.SuppressionOptions.SuppressedReasons,
    ])
    expect(Object.fromEntries(reasons)).toEqual({
      Letters: ['BOUNCE'],
      Marketing: ['BOUNCE', 'COMPLAINT'],
    })
  })

  test('send-letters is told the letters address and the letters way out', () => {
    const sender = resource(stacks.service, 'AWS::Lambda::Function', 'sendlettersFunction')
    const { LETTERS_FROM, LETTERS_CONFIGURATION_SET } = sender.Properties.Environment.Variables
    expect(LETTERS_FROM).toBe(policy.mail.lettersFrom)
    const output = LETTERS_CONFIGURATION_SET['Fn::GetStackOutput'].OutputName
    expect(stacks.mail.Outputs?.[output]?.Value).toEqual({
      Ref: expect.stringMatching(/^Letters/),
    })
  })
})

describe('SEND-05 what SES tells of a mail', () => {
  test('everything that can become of it, for each way out, and nowhere but to one topic', () => {
    expect(destinations.size).toBe(waysOut.size)
    const sets = new Set<string>()
    for (const { Properties } of destinations.values()) {
      const { Enabled, MatchingEventTypes, ...elsewhere } = Properties.EventDestination
      expect(Enabled).toBe(true)
      expect([...MatchingEventTypes].sort()).toEqual([
        'bounce',
        'complaint',
        'delivery',
        'deliveryDelay',
        'reject',
        'renderingFailure',
        'send',
        'subscription',
      ])
      expect(elsewhere).toEqual({
        SnsDestination: { TopicARN: { Ref: expect.stringMatching(/^Events/) } },
      })
      sets.add(plain(Properties.ConfigurationSetName.Ref))
    }
    expect(sets).toEqual(new Set(waysOut.keys()))
  })

  test('the topic takes it from SES in this account alone, for these ways out, and over TLS', () => {
    const { PolicyDocument } = onlyResource(stacks.mail, 'AWS::SNS::TopicPolicy').Properties
    const may = PolicyDocument.Statement.filter(
      ({ Effect }: { Effect: string }) => Effect === 'Allow',
    )
    expect(may).toHaveLength(waysOut.size)
    for (const { Action, Principal, Condition } of may) {
      expect([Action, Principal]).toEqual(['sns:Publish', { Service: 'ses.amazonaws.com' }])
      expect(Condition.StringEquals['AWS:SourceAccount']).toEqual({ Ref: 'AWS::AccountId' })
      const of = JSON.stringify(Condition.StringEquals['AWS:SourceArn'])
      expect(of).toMatch(/:configuration-set\/.*"Ref":"(Letters|Marketing)/)
    }
    expect(PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    )
  })

  test('is encrypted on its way with a key that SES may use for this account, and nobody else', () => {
    const topic = onlyResource(stacks.mail, 'AWS::SNS::Topic')
    expect(topic.Properties.KmsMasterKeyId['Fn::GetAtt'][0]).toMatch(/^EventsKey/)
    const { EnableKeyRotation, KeyPolicy } = onlyResource(stacks.mail, 'AWS::KMS::Key').Properties
    expect(EnableKeyRotation).toBe(true)
    const services = KeyPolicy.Statement.filter(
      ({ Principal }: { Principal: { Service?: string } }) => Principal.Service !== undefined,
    )
    expect(services).toEqual([
      expect.objectContaining({
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Principal: { Service: 'ses.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    ])
  })

  test('the queue takes messages of that topic alone, as SES wrote them', () => {
    const queue = [...resources(stacks.service, 'AWS::SQS::QueuePolicy')].find(([name]) =>
      name.startsWith('MailEventsQueue'),
    )
    const [, { Properties }] = queue ?? ['', { Properties: {} }]
    const may = Properties.PolicyDocument.Statement.filter(
      ({ Effect }: { Effect: string }) => Effect === 'Allow',
    )
    expect(may).toEqual([
      expect.objectContaining({
        Action: 'sqs:SendMessage',
        Principal: { Service: 'sns.amazonaws.com' },
        Condition: { ArnEquals: { 'aws:SourceArn': ofTopic } },
      }),
    ])
    const { TopicArn, Protocol, RawMessageDelivery } = onlyResource(
      stacks.service,
      'AWS::SNS::Subscription',
    ).Properties
    expect([TopicArn, Protocol, RawMessageDelivery]).toEqual([ofTopic, 'sqs', true])
    const { Value } = stacks.mail.Outputs?.[TopicArn['Fn::GetStackOutput'].OutputName] ?? {}
    expect(Value).toEqual({ Ref: expect.stringMatching(/^Events/) })
  })

  test('SEC-14 what holds addresses and tokens waits three days, and a week when it is set aside', () => {
    const queues = resources(stacks.service, 'AWS::SQS::Queue')
    const days = ['MailEventsQueue', 'MailEventsSetAside'].map(
      (name) => queues.get(name)?.Properties.MessageRetentionPeriod / 86_400,
    )
    expect(days).toEqual([3, 7])
  })
})

const ofTopic = {
  'Fn::GetStackOutput': expect.objectContaining({ StackName: expect.stringMatching(/mail/i) }),
}
