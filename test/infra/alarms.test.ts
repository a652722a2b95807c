import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Resource, resources, type Stacks, synthesize, type Template } from './synthesized.ts'

let stacks: Stacks
let alarms: { stack: Template; alarm: Resource['Properties'] }[]

beforeAll(() => {
  stacks = synthesize()
  alarms = Object.values(stacks).flatMap((stack) =>
    Object.values(stack.Resources)
      .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
      .map(({ Properties }) => ({ stack, alarm: Properties })),
  )
})

/** An alarm's article is headed by its id, in small letters; other articles begin with a capital. */
const articles = [...readFileSync('RUNBOOK.md', 'utf8').matchAll(/^## ([a-z].*)$/gm)].map(
  ([, id]) => id,
)
const articleOf = (description: string) => /RUNBOOK\.md#(\S+)$/.exec(description)?.[1]

describe('every alarm', () => {
  test('says who is hurt in a sentence, and where help is', () => {
    for (const { alarm } of alarms) {
      const [harm = '', ...rest] = alarm.AlarmDescription.split(' RUNBOOK.md#')
      expect(harm).toMatch(/^[A-Z].{40,}\.$/)
      expect(rest).toHaveLength(1)
    }
  })

  test('has its article in the runbook, and every such article its alarm', () => {
    const named = new Set(alarms.map(({ alarm }) => articleOf(alarm.AlarmDescription)))
    expect([...named].sort()).toEqual([...articles].sort())
  })

  test('tells the topic of its own region when it rings and when it is over', () => {
    const topicOf = (stack: Template) =>
      resources(stack, 'AWS::SNS::Topic').values().next().value?.Properties.TopicName
    for (const { stack, alarm } of alarms) {
      for (const actions of [alarm.AlarmActions, alarm.OKActions]) {
        const [, parts] = actions[0]['Fn::Join']
        expect(parts).toEqual([
          `arn:aws:sns:${stack === stacks.edge ? 'us-east-1' : 'eu-north-1'}:`,
          { Ref: 'AWS::AccountId' },
          `:${topicOf(stack === stacks.edge ? stacks.edge : stacks.watch)}`,
        ])
        expect(actions).toHaveLength(1)
      }
    }
  })

  test('does not ring for want of data, but for the one that waits for a nightly run', () => {
    const ringing = alarms.filter(({ alarm }) => alarm.TreatMissingData !== 'notBreaching')
    expect(ringing.map(({ alarm }) => [alarm.MetricName, alarm.TreatMissingData])).toEqual([
      ['SweepFinished', 'breaching'],
    ])
  })
})

describe('whom the alarms tell', () => {
  test.for(['watch', 'edge'] as const)(
    'in %s is a topic encrypted with a key that CloudWatch may use',
    (name) => {
      const [topic] = resources(stacks[name], 'AWS::SNS::Topic').values()
      const [key] = resources(stacks[name], 'AWS::KMS::Key').values()
      expect(topic?.Properties.KmsMasterKeyId['Fn::GetAtt'][0]).toMatch(/^AlarmsKey/)
      expect(key?.Properties.KeyPolicy.Statement).toContainEqual(
        expect.objectContaining({
          Action: expect.arrayContaining(['kms:Decrypt', 'kms:GenerateDataKey*']),
          Principal: { Service: 'cloudwatch.amazonaws.com' },
        }),
      )
    },
  )

  test('and the address in the settings, if there is one', () => {
    const subscriptions = (context: Record<string, string>) =>
      Object.values(synthesize(context).watch.Resources).filter(
        ({ Type }) => Type === 'AWS::SNS::Subscription',
      )
    expect(subscriptions({})).toEqual([])
    expect(
      subscriptions({ alarmEmail: 'night@nordlys.example' }).map(({ Properties }) => Properties),
    ).toEqual([expect.objectContaining({ Protocol: 'email', Endpoint: 'night@nordlys.example' })])
  })
})
