import { describe, expect, test } from 'vitest'
import { mailsIn } from '../../../functions/campaign/mails.ts'
import { reputationOf } from '../../../functions/campaign/reputation.ts'
import { policy } from '../../../policy.ts'
import { policyWith } from '../../support/policies.ts'

const rates = (
  { sent, complaints = 0, bounces = 0 }: { sent: number; complaints?: number; bounces?: number },
  overridden = {},
) =>
  reputationOf(
    policy,
    mailsIn({
      'mail:delivered': sent - complaints - bounces,
      'mail:complained': complaints,
      'mail:bounced:permanent': bounces,
    }),
    overridden,
  )

describe('SEND-06 the rates of a campaign', () => {
  test.each([
    [1000, 0, 'good'],
    [10_000, 9, 'good'],
    [10_000, 10, 'warned'],
    [10_000, 29, 'warned'],
    [10_000, 30, 'over'],
    [1000, 2, 'too-few'],
    [1000, 3, 'over'],
    // One of ten is no rate, and three of ten are.
    [10, 1, 'too-few'],
    [10, 2, 'too-few'],
    [10, 3, 'over'],
  ])('of %i mails, %i complaints are %s', (sent, complaints, is) => {
    expect(rates({ sent, complaints }).complaints).toMatchObject({
      count: complaints,
      of: sent,
      is,
    })
  })

  test.each([
    [1000, 49, 'good'],
    [1000, 50, 'warned'],
    [1000, 99, 'warned'],
    [1000, 100, 'over'],
    [20, 9, 'too-few'],
    [20, 10, 'over'],
  ])('of %i mails, %i mailboxes that are gone are %s', (sent, bounces, is) => {
    expect(rates({ sent, bounces }).bounces).toMatchObject({ count: bounces, of: sent, is })
  })

  test('what a colleague has let pass counts once; more of it is over again', () => {
    const overridden = { complaints: 0.004 }
    expect(rates({ sent: 10_000, complaints: 69 }, overridden).complaints.is).toBe('warned')
    expect(rates({ sent: 10_000, complaints: 70 }, overridden).complaints.is).toBe('over')
    expect(rates({ sent: 1000, complaints: 3, bounces: 100 }, overridden).bounces.is).toBe('over')
  })

  test('a mailbox that was only full says nothing', () => {
    const mails = mailsIn({ 'mail:bounced:transient': 50, 'mail:delivered': 50 })
    expect(reputationOf(policy, mails).bounces).toMatchObject({ count: 0, is: 'good' })
  })

  test('nothing sent is no rate', () => {
    expect(rates({ sent: 0 }).complaints).toEqual({ count: 0, of: 0, rate: 0, is: 'good' })
  })

  test.each([
    ['complaints', { warn: 0.003, pause: 0.003 }],
    ['complaints', { warn: 0.001, pause: 0.006 }],
    ['bounces', { warn: 0.05, pause: 0.2 }],
    ['bounces', { warn: 0, pause: 0.1 }],
  ] as const)(
    'a policy cannot set limits at which SES has stopped the account: %s %j',
    (name, limits) => {
      expect(() =>
        policyWith((declared) => {
          declared.mail.limits[name] = limits
        }),
      ).toThrow(`mail.limits.${name}`)
    },
  )
})
