import { Duration, Stack, type StackProps } from 'aws-cdk-lib'
import { CfnBudget } from 'aws-cdk-lib/aws-budgets'
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import { AlarmTopic } from './constructs/alarm-topic.ts'
import { HarmAlarm } from './constructs/harm-alarm.ts'
import { NightDashboard } from './constructs/night-dashboard.ts'
import type { DataStack, DataTable } from './data-stack.ts'
import type { ServiceStack } from './service-stack.ts'
import type { Settings } from './settings.ts'

export type WatchStackProps = StackProps & {
  settings: Settings
  data: DataStack
  service: ServiceStack
}

const minutes = Duration.minutes(5)

/**
 * Who is told when something hurts a person, what is watched that belongs to no construct of ours, and
 * the one page of figures. Everything else is watched where it is made.
 */
export class WatchStack extends Stack {
  constructor(scope: Construct, id: string, props: WatchStackProps) {
    super(scope, id, props)
    const { settings, data, service } = props
    new AlarmTopic(this, 'Alarms', settings)
    this.watchTables([data.main, data.ledger, data.keys])
    this.watchReputation()
    this.watchBill(settings)
    new NightDashboard(this, 'Dashboard', { settings, data, service })
  }

  private watchTables(tables: readonly DataTable[]): void {
    const harm =
      'What people decide cannot be stored or read: they cannot stop mail, and nothing is sent.'
    new HarmAlarm(this, 'TablesThrottled', {
      harm,
      article: 'tables',
      metric: sumOf(
        tables.flatMap((table) =>
          ['ReadThrottleEvents', 'WriteThrottleEvents'].map((name) =>
            table.metric(name, { statistic: 'Sum', period: minutes }),
          ),
        ),
      ),
      threshold: 10,
    })
    // An alarm sums ten figures at most: these are what the acts of people are made of.
    const operations = ['TransactWriteItems', 'BatchGetItem', 'Query']
    new HarmAlarm(this, 'TablesFail', {
      harm,
      article: 'tables',
      metric: sumOf(
        tables.flatMap((table) =>
          operations.map((Operation) =>
            table.metric('SystemErrors', {
              dimensionsMap: { TableName: table.tableName, Operation },
              statistic: 'Sum',
              period: minutes,
            }),
          ),
        ),
      ),
      threshold: 5,
    })
  }

  /** SES reviews an account at 5 % bounces or 0.1 % complaints, and may stop its mail. */
  private watchReputation(): void {
    const rates = { BounceRate: 0.04, ComplaintRate: 0.0008 }
    for (const [name, threshold] of Object.entries(rates)) {
      new HarmAlarm(this, name, {
        harm: 'Many people get mail that they reject, and SES may stop all of it, the letters we owe people too.',
        article: 'reputation',
        metric: new Metric({
          namespace: 'AWS/SES',
          metricName: `Reputation.${name}`,
          statistic: 'Maximum',
          period: Duration.hours(1),
        }),
        threshold,
      })
    }
  }

  /** The bill is no harm to a person, so this is a mail to whoever pays and not an alarm. */
  private watchBill({ stage, monthlyBudget, alarmEmail }: Settings): void {
    if (alarmEmail === '' || monthlyBudget === 0) return
    const tell = (notificationType: string, threshold: number) => ({
      notification: { comparisonOperator: 'GREATER_THAN', notificationType, threshold },
      subscribers: [{ subscriptionType: 'EMAIL', address: alarmEmail }],
    })
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: `assent-${stage}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: monthlyBudget, unit: 'USD' },
      },
      notificationsWithSubscribers: [tell('ACTUAL', 80), tell('FORECASTED', 100)],
    })
  }
}

function sumOf(metrics: readonly Metric[]): MathExpression {
  const names = metrics.map((_, index) => `m${index}`)
  return new MathExpression({
    expression: `SUM([${names.join(',')}])`,
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric])),
    period: minutes,
  })
}
