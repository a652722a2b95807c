import { beforeAll, describe, expect, test } from 'vitest'
import { policy } from '../../policy.ts'
import {
  onlyResource,
  type Resource,
  resource,
  resources,
  type Stacks,
  synthesize,
} from './synthesized.ts'

let stacks: Stacks
let waysOut: Map<string, Resource>

beforeAll(() => {
  stacks = synthesize()
  waysOut = resources(stacks.mail, 'AWS::SES::ConfigurationSet')
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
    const types = Object.values(stacks.mail.Resources).map(({ Type }) => Type)
    expect(types).not.toContain('AWS::SES::ConfigurationSetEventDestination')
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
