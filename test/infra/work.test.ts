import { beforeAll, describe, expect, test } from 'vitest'
import { entries, type Resource, resources, type Stacks, synthesize } from './synthesized.ts'

let stacks: Stacks
let queues: Map<string, Resource>
let functions: Map<string, Resource>

beforeAll(() => {
  stacks = synthesize()
  queues = resources(stacks.service, 'AWS::SQS::Queue')
  functions = resources(stacks.service, 'AWS::Lambda::Function')
})

const works = [
  'Letters',
  'Request',
  'Export',
  'Import',
  'Sweep',
  'Hits',
  'MailEvents',
  'Plan',
  'Send',
]

describe('queues', () => {
  test('each kind of work has a queue and a place where failed work is set aside', () => {
    expect([...queues.keys()].sort()).toEqual(
      works.flatMap((work) => [`${work}Queue`, `${work}SetAside`]).sort(),
    )
    for (const work of works) {
      const { RedrivePolicy } = queues.get(`${work}Queue`)?.Properties ?? {}
      expect(RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0]).toMatch(`${work}SetAside`)
      expect(RedrivePolicy.maxReceiveCount).toBeGreaterThanOrEqual(5)
    }
  })

  test('work set aside is kept longer than work that waits, and not for ever', () => {
    for (const work of works) {
      const waiting = queues.get(`${work}Queue`)?.Properties.MessageRetentionPeriod
      const setAside = queues.get(`${work}SetAside`)?.Properties.MessageRetentionPeriod
      expect(setAside).toBeGreaterThan(waiting)
      expect(setAside).toBeLessThanOrEqual(14 * 24 * 3600)
    }
  })

  test('TRACK-05 what was opened and clicked waits a day, and lies set aside for four', () => {
    const kept = ['HitsQueue', 'HitsSetAside'].map(
      (queue) => queues.get(queue)?.Properties.MessageRetentionPeriod / 3600,
    )
    expect(kept).toEqual([24, 96])
  })

  test('every queue is encrypted and refuses plain http', () => {
    for (const { Properties } of queues.values()) expect(Properties.SqsManagedSseEnabled).toBe(true)
    const guarded = [...resources(stacks.service, 'AWS::SQS::QueuePolicy').values()]
      .filter(({ Properties }) =>
        Properties.PolicyDocument.Statement.some(
          // biome-ignore lint/suspicious/noExplicitAny: a template is read as CloudFormation reads it
          ({ Effect, Condition }: any) =>
            Effect === 'Deny' && Condition.Bool['aws:SecureTransport'] === 'false',
        ),
      )
      .flatMap(({ Properties }) => Properties.Queues)
    expect(guarded).toHaveLength(queues.size)
  })

  test('each has an alarm on work set aside, with an article of its own', () => {
    const alarms = resources(stacks.service, 'AWS::CloudWatch::Alarm')
    const harms = works.map((work) => {
      const { Properties } = alarms.get(`${work}Alarm`) ?? {}
      expect(Properties).toMatchObject({
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
      })
      expect(Properties.Dimensions[0].Value['Fn::GetAtt'][0]).toMatch(`${work}SetAside`)
      expect(Properties.AlarmDescription).toMatch(`RUNBOOK.md#${work.toLowerCase()}`)
      return Properties.AlarmDescription
    })
    expect(new Set(harms).size).toBe(works.length)
  })

  test('a message stays hidden six times as long as its function may take', () => {
    const mappings = resources(stacks.service, 'AWS::Lambda::EventSourceMapping')
    const ofQueues = [...mappings.values()].filter(
      ({ Properties }) => Properties.StartingPosition === undefined,
    )
    expect(ofQueues).toHaveLength(works.length)
    for (const { Properties } of ofQueues) {
      const queue = stacks.service.Resources[Properties.EventSourceArn['Fn::GetAtt'][0]]
      const worker = stacks.service.Resources[Properties.FunctionName['Fn::GetAtt'][0]]
      expect(queue?.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(
        6 * worker?.Properties.Timeout,
      )
      expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures'])
    }
  })

  test('SEC-13 the ledger is followed from its beginning, and no change of it is ever given up', () => {
    const [stream, ...others] = [
      ...resources(stacks.service, 'AWS::Lambda::EventSourceMapping').values(),
    ].filter(({ Properties }) => Properties.StartingPosition !== undefined)
    expect(others).toEqual([])
    expect(stream?.Properties).toMatchObject({ StartingPosition: 'TRIM_HORIZON', BatchSize: 90 })
    expect(stream?.Properties.FunctionName['Fn::GetAtt'][0]).toMatch(/^journal/)
    for (const limit of ['MaximumRetryAttempts', 'MaximumRecordAgeInSeconds', 'FilterCriteria']) {
      expect(stream?.Properties[limit]).toBeUndefined()
    }
  })

  test('only functions that put work back on their own queue may loop', () => {
    const looping = [...functions].filter(
      ([, { Properties }]) => Properties.RecursiveLoop === 'Allow',
    )
    expect(looping.map(([name]) => name).sort()).toEqual([
      'exportaudienceFunction',
      'importcontactsFunction',
      'plancampaignFunction',
      'sendbatchFunction',
      'sendlettersFunction',
      'sweepFunction',
    ])
  })
})

describe('functions', () => {
  test('all run on the same Node as the tests, on Arm, each from its own bundle', () => {
    expect(functions.size).toBe(entries.length)
    for (const { Properties } of functions.values()) {
      expect(Properties).toMatchObject({
        Runtime: `nodejs${process.versions.node.split('.')[0]}.x`,
        Architectures: ['arm64'],
        Handler: 'index.handler',
      })
    }
    const bundles = [...functions.values()].map(({ Properties }) => Properties.Code.S3Key)
    expect(new Set(bundles).size).toBe(entries.length)
  })

  test('what a person asks keeps concurrency for itself, so that no other work starves it', () => {
    const reserves = [...functions]
      .map(([name, { Properties }]) => [name, Properties.ReservedConcurrentExecutions])
      .filter(([, reserve]) => reserve !== undefined)
    expect(Object.fromEntries(reserves)).toEqual({
      unsubscribeFunction: 20,
      subscriberapiFunction: 50,
    })
  })

  test('a new account that refuses the reserve can do without', () => {
    const without = synthesize({ unsubscribeReserve: '0', subscriberReserve: '0' })
    expect(JSON.stringify(without.service)).not.toContain('ReservedConcurrentExecutions')
  })
})
