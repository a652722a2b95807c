import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch'
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events'
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { HarmAlarm } from './harm-alarm.ts'

export type NightlyRunProps = {
  /** The queue of work that a night begins with one message. */
  queue: Queue
  message: Record<string, string>
  /** Counts the runs that came to their end in a day. */
  finished: IMetric
  /** One sentence: who is hurt when runs do not finish. */
  harm: string
  article: string
}

/**
 * Work that begins every night, and the alarm on two nights without an end. The clock puts a message on
 * the queue instead of calling the function, so a run that cannot begin is tried again and set aside
 * like any other work.
 */
export class NightlyRun extends Construct {
  constructor(scope: Construct, id: string, props: NightlyRunProps) {
    super(scope, id)
    const { queue, message, finished, harm, article } = props
    new Rule(this, 'Rule', {
      description: 'Begins the run of the night',
      schedule: Schedule.cron({ minute: '15', hour: '1' }),
      targets: [new SqsQueue(queue, { message: RuleTargetInput.fromObject(message) })],
    })
    new HarmAlarm(this, 'Alarm', {
      harm,
      article,
      metric: finished,
      threshold: 1,
      rings: 'below',
      periods: 2,
      silenceHarms: true,
    })
  }
}
