import { Duration } from 'aws-cdk-lib'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { HarmAlarm } from './harm-alarm.ts'

export type WorkQueueProps = {
  /** One sentence, for whoever is woken: what hurts, and whom, while this work does not get done. */
  harm: string
  /** Timeout of the function that does the work; a message stays hidden six times as long. */
  workTimeout: Duration
  /** Attempts before a message is set aside. */
  attempts: number
  /** Where messages wait on purpose for longer than usual: after how long somebody is told. */
  late?: Duration
  /** How long work waits, and then lies set aside; four days and two weeks unless it is said. */
  kept?: { waiting: Duration; setAside: Duration }
}

const usuallyKept = { waiting: Duration.days(4), setAside: Duration.days(14) }

/** Longer than any message waits on purpose (SQS delays one by 15 minutes), shorter than its attempts. */
const late = Duration.minutes(45)

/**
 * A queue of work with the place where failed work waits, and the alarms that say what that hurts.
 *
 * Messages of ours hold ids and kinds only (SEC-14); both queues still count as personal data and expire.
 */
export class WorkQueue extends Construct {
  readonly queue: Queue
  readonly setAside: Queue

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id)
    const kept = props.kept ?? usuallyKept
    const sealed = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true }
    // A message keeps its age when it is set aside, so this queue must keep it longer.
    this.setAside = new Queue(this, 'SetAside', { ...sealed, retentionPeriod: kept.setAside })
    this.queue = new Queue(this, 'Queue', {
      ...sealed,
      retentionPeriod: kept.waiting,
      visibilityTimeout: Duration.seconds(props.workTimeout.toSeconds() * 6),
      deadLetterQueue: { queue: this.setAside, maxReceiveCount: props.attempts },
    })
    new HarmAlarm(this, 'Late', {
      harm: props.harm,
      article: id.toLowerCase(),
      metric: this.queue.metricApproximateAgeOfOldestMessage({
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
      threshold: (props.late ?? late).toSeconds(),
    })
    new HarmAlarm(this, 'Alarm', {
      harm: props.harm,
      article: id.toLowerCase(),
      metric: this.setAside.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      threshold: 0,
    })
  }
}
