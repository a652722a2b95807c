import { beforeAll, describe, expect, test } from 'vitest'
import { policy } from '../../policy.ts'
import { plain, resources, type Stacks, synthesize } from './synthesized.ts'

let stacks: Stacks

beforeAll(() => {
  stacks = synthesize()
})

/**
 * The inventory of what is remembered besides the tables (SEC-14): every log group there is, and what a
 * line in it may hold. Whoever adds one says so here.
 */
const fromFunctions =
  'ids and kinds; test/e2e searches every line for addresses, tokens and networks'
const inventory: Record<string, string> = {
  FrontAccessLog: 'route keys, status, latency: no path, token, network or user agent',
  unsubscribeLog: fromFunctions,
  trackingLog: fromFunctions,
  recordhitsLog: fromFunctions,
  subscriberapiLog: fromFunctions,
  staffapiLog: fromFunctions,
  callsapiLog: fromFunctions,
  campaignapiLog: fromFunctions,
  plancampaignLog: fromFunctions,
  sendbatchLog: fromFunctions,
  sendlettersLog: fromFunctions,
  fulfilrequestLog: fromFunctions,
  exportaudienceLog: fromFunctions,
  importcontactsLog: fromFunctions,
  recallLog: fromFunctions,
  sweepLog: fromFunctions,
  journalLog: fromFunctions,
  maileventsLog: fromFunctions,
}

describe('SEC-14 what is remembered besides the tables', () => {
  test('is in the inventory, and leaves when the policy says so', () => {
    const groups = Object.values(stacks).flatMap((stack) =>
      Object.entries(stack.Resources).filter(([, { Type }]) => Type === 'AWS::Logs::LogGroup'),
    )
    expect(groups.map(([id]) => plain(id)).sort()).toEqual(Object.keys(inventory).sort())
    for (const [, { Properties }] of groups) {
      expect(Properties.RetentionInDays).toBeGreaterThan(0)
      expect(Properties.RetentionInDays).toBeLessThanOrEqual(policy.retention.logs)
    }
  })

  test('is written by functions as JSON, each into its own group, without a line for every call', () => {
    for (const { Properties } of resources(stacks.service, 'AWS::Lambda::Function').values()) {
      expect(Properties.LoggingConfig).toEqual({
        LogFormat: 'JSON',
        ApplicationLogLevel: 'INFO',
        SystemLogLevel: 'WARN',
        LogGroup: { Ref: expect.stringMatching(/Log[0-9A-F]{8}$/) },
      })
    }
  })

  test('SEC-05 is kept by nobody else: no log of the CDN, of buckets or of the web ACL, no traces', () => {
    const text = JSON.stringify(stacks)
    expect(text).not.toMatch(/"Logging(Configuration)?":|LogDestinationConfigs|RealtimeLogConfig/)
    expect(text).not.toMatch(/TracingConfig|"DataTraceEnabled":true/)
  })

  test('queues hold ids and kinds, and set-aside work leaves within two weeks', () => {
    for (const { Properties } of resources(stacks.service, 'AWS::SQS::Queue').values()) {
      expect(Properties.MessageRetentionPeriod).toBeLessThanOrEqual(14 * 24 * 3600)
    }
  })
})
