import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  onlyResource,
  plain,
  type Resource,
  resources,
  type Stacks,
  synthesize,
} from './synthesized.ts'

type Alarm = Resource['Properties']

let stacks: Stacks
let alarms: Alarm[]

beforeAll(() => {
  stacks = synthesize()
  alarms = Object.values(stacks)
    .flatMap((stack) => Object.values(stack.Resources))
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => Properties)
})

const on = (metricName: string): Alarm[] =>
  alarms.filter(({ MetricName }) => MetricName === metricName)

describe('what is watched', () => {
  test.for(['Errors', 'Throttles'])(
    '%s of every function, of unsubscribe every single one',
    (what) => {
      const functions = [...resources(stacks.service, 'AWS::Lambda::Function').keys()]
      const watched = on(what).map((alarm) => [plain(alarm.Dimensions[0].Value.Ref), alarm])
      expect(watched.map(([name]) => name).sort()).toEqual(functions.sort())
      const byName = Object.fromEntries(watched)
      expect(byName.unsubscribeFunction).toMatchObject({ Threshold: 0, Period: 60 })
      expect(byName.subscriberapiFunction.Threshold).toBeGreaterThan(0)
    },
  )

  test('the age of the oldest message of every queue, and whatever is set aside', () => {
    const queues = [...resources(stacks.service, 'AWS::SQS::Queue').keys()]
    const watched = [
      ...on('ApproximateAgeOfOldestMessage'),
      ...on('ApproximateNumberOfMessagesVisible'),
    ].map(({ Dimensions }) => plain(Dimensions[0].Value['Fn::GetAtt'][0]))
    expect(watched.sort()).toEqual(queues.sort())
  })

  test('UNSUB-06 every 5xx of a link in a mail, and how long one in a hundred takes', () => {
    const filters = resources(stacks.service, 'AWS::Logs::MetricFilter')
    expect(filters.get('FrontUnsubscribeFailedInLog')?.Properties.FilterPattern).toBe(
      '{ ($.route = "*/u/*") && ($.status = "5*") }',
    )
    expect(on('UnsubscribeFailed')).toEqual([expect.objectContaining({ Threshold: 0 })])
    expect(on('Duration')).toEqual([
      expect.objectContaining({ ExtendedStatistic: 'p99', Threshold: 3000 }),
    ])
  })

  test('every figure that is counted from a log or by a function has its alarm, of this stage alone', () => {
    const counted = [...resources(stacks.service, 'AWS::Logs::MetricFilter').values()].map(
      ({ Properties }) => Properties.MetricTransformations[0],
    )
    for (const { MetricNamespace } of counted) expect(MetricNamespace).toBe('Assent/prod')
    const own = alarms.filter(({ Namespace }) => Namespace === 'Assent/prod')
    expect(own.map(({ MetricName }) => MetricName).sort()).toEqual(
      [
        ...counted.map(({ MetricName }) => MetricName),
        'AudienceRowsDownloaded',
        'CampaignsPaused',
        'CampaignsWarned',
        'LedgerTampered',
        'MailsLost',
        'RecallsOverdue',
        'RequestsDue',
        'RequestsLate',
        'SweepFailed',
        'SweepFinished',
      ].sort(),
    )
    for (const { Properties } of resources(stacks.service, 'AWS::Lambda::Function').values()) {
      expect(Properties.Environment.Variables.POWERTOOLS_METRICS_NAMESPACE).toBe('Assent/prod')
    }
  })

  test('RIGHT-13 each deleted key is counted by the line that is written for it', () => {
    const { FilterPattern } =
      resources(stacks.service, 'AWS::Logs::MetricFilter').get('PeopleErased')?.Properties ?? {}
    const line = /^\{ \$\.message = "(.+)" \}$/.exec(FilterPattern)?.[1] ?? 'no pattern'
    expect(readFileSync('functions/entry/fulfil-request.ts', 'utf8')).toContain(
      `log.info('${line}'`,
    )
  })

  test('each campaign that is refused is counted by the line that is written for it', () => {
    const { FilterPattern } =
      resources(stacks.service, 'AWS::Logs::MetricFilter').get('CampaignsRefused')?.Properties ?? {}
    const line = /^\{ \$\.message = "(.+)" \}$/.exec(FilterPattern)?.[1] ?? 'no pattern'
    expect(readFileSync('functions/campaign/pause-refused.ts', 'utf8')).toContain(
      `log.info('${line}'`,
    )
  })

  test('the tables throttle and fail, the mail is refused', () => {
    const sums = alarms.flatMap(({ Metrics }) => Metrics ?? [])
    const names = new Set(sums.map(({ MetricStat }) => MetricStat?.Metric.MetricName))
    expect(names).toEqual(
      new Set([undefined, 'ReadThrottleEvents', 'WriteThrottleEvents', 'SystemErrors']),
    )
    for (const { Metrics } of alarms) expect(Metrics?.length ?? 0).toBeLessThanOrEqual(10)
    // SES reviews an account at these rates.
    expect(on('Reputation.BounceRate')[0]?.Threshold).toBeLessThan(0.05)
    expect(on('Reputation.ComplaintRate')[0]?.Threshold).toBeLessThan(0.001)
  })

  test('the bill, by mail to whoever is named, and by nothing else', () => {
    expect(() => resources(stacks.watch, 'AWS::Budgets::Budget')).toThrow('no AWS::')
    const named = synthesize({ alarmEmail: 'night@nordlys.example', monthlyBudget: '80' })
    const { Budget } = onlyResource(named.watch, 'AWS::Budgets::Budget').Properties
    expect(Budget.BudgetLimit).toEqual({ Amount: 80, Unit: 'USD' })
  })
})

test('one dashboard shows every function and every queue', () => {
  const { DashboardName, DashboardBody } = onlyResource(
    stacks.watch,
    'AWS::CloudWatch::Dashboard',
  ).Properties
  expect(DashboardName).toBe('assent-prod')
  const shown = JSON.stringify(DashboardBody)
  for (const { Properties } of resources(stacks.service, 'AWS::Lambda::Function').values()) {
    const output = Object.entries(stacks.service.Outputs ?? {}).find(
      ([, { Value }]) =>
        stacks.service.Resources[(Value as { Ref?: string }).Ref ?? '']?.Properties === Properties,
    )
    expect(shown).toContain(output?.[0] ?? 'no output')
  }
  expect(shown.match(/ApproximateAgeOfOldestMessage/g)).toHaveLength(
    resources(stacks.service, 'AWS::SQS::Queue').size / 2,
  )
})
