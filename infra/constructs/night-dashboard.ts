import { Duration } from 'aws-cdk-lib'
import { Dashboard, GraphWidget, type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import type { DataStack } from '../data-stack.ts'
import type { ServiceStack } from '../service-stack.ts'
import type { Settings } from '../settings.ts'
import { ownFigure } from './own-figure.ts'
import { WorkQueue } from './work-queue.ts'

export type NightDashboardProps = { settings: Settings; data: DataStack; service: ServiceStack }

const five = { period: Duration.minutes(5) }

/**
 * What an engineer needs at three in the morning, in the order of the questions: can people stop mail, do
 * we answer, what fails, what waits, can we store, do mails arrive, and does
 * somebody wait for an answer. Functions and queues that are added
 * later appear by themselves.
 */
export class NightDashboard extends Construct {
  constructor(scope: Construct, id: string, { settings, data, service }: NightDashboardProps) {
    super(scope, id)
    const all = service.node.findAll()
    const functions = all.filter((node) => node instanceof LambdaFunction)
    const queues = all.filter((node) => node instanceof WorkQueue)
    const unsubscribe = functions.filter(({ node }) => node.scope?.node.id === 'unsubscribe')
    const api = (metricName: string) =>
      new Metric({
        namespace: 'AWS/ApiGateway',
        metricName,
        dimensionsMap: { ApiId: service.front.apiId },
        statistic: 'Sum',
        ...five,
      })
    const mail = (metricName: string) =>
      new Metric({ namespace: 'AWS/SES', metricName, statistic: 'Sum', ...five })

    new Dashboard(this, 'Board', {
      dashboardName: `assent-${settings.stage}`,
      widgets: [
        [
          graph('Stop: how long it takes (ms)', [
            ...unsubscribe.map((fn) => fn.metricDuration({ ...five, statistic: 'p50' })),
            ...unsubscribe.map((fn) => fn.metricDuration({ ...five, statistic: 'p99' })),
          ]),
          graph('What people ask, and what we fail to answer', [
            api('Count'),
            api('4xx'),
            api('5xx'),
          ]),
          graph(
            'Functions that fail or are throttled',
            functions.flatMap((fn) => [fn.metricErrors(five), fn.metricThrottles(five)]),
          ),
        ],
        [
          graph('Work that waits: age of the oldest (s), and set aside', [
            ...queues.map(({ queue }) => queue.metricApproximateAgeOfOldestMessage(five)),
            ...queues.map(({ setAside }) =>
              setAside.metricApproximateNumberOfMessagesVisible(five),
            ),
          ]),
          graph(
            'Tables that throttle',
            [data.main, data.ledger, data.keys].flatMap((table) => [
              table.metric('ReadThrottleEvents', { statistic: 'Sum', ...five }),
              table.metric('WriteThrottleEvents', { statistic: 'Sum', ...five }),
            ]),
          ),
          graph('Mail: sent, bounced, complained of', [
            mail('Send'),
            mail('Bounce'),
            mail('Complaint'),
          ]),
        ],
        [
          graph('Requests whose answer is due within a week, and late ones, as of last night', [
            ownFigure(settings, 'RequestsDue', Duration.days(1), { service: 'sweep' }),
            ownFigure(settings, 'RequestsLate', Duration.days(1), { service: 'sweep' }),
          ]),
        ],
      ],
    })
  }
}

const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 8 })
