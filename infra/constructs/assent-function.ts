import { Duration } from 'aws-cdk-lib'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  ApplicationLogLevel,
  Architecture,
  CfnEventSourceMapping,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { figuresOf, type Settings } from '../settings.ts'
import { ExpiringLog } from './expiring-log.ts'
import { HarmAlarm } from './harm-alarm.ts'
import { consume, follow, streamOf } from './permissions.ts'

/** A queue whose messages a function is handed. */
export type Work = {
  queue: Queue
  /** Messages in one call. */
  atOnce: number
  /** How long messages are gathered for one call; more than ten at once need it. */
  gatherSeconds?: number
  /** Calls at the same time; SQS allows no fewer than 2. */
  parallel: number
  /** True where the function puts messages back on this queue; Lambda would cut such a chain off. */
  continuesItself?: boolean
}

/** A table whose changes a function is handed, in their order for each item. */
export type Following = {
  table: Table
  /** Changes in one call. */
  atOnce: number
}

/** What one function does and with what. */
export type Job = {
  /** One sentence, shown in the console. */
  does: string
  /** What a failure of it hurts, the article that helps, and how many in five minutes ring nobody. */
  hurts: { harm: string; article: string; tolerated: number }
  timeout: Duration
  memoryMb: number
  /** Concurrency kept for this function alone, or 0 for none. */
  reserve?: number
  environment: Record<string, string>
  worksOff?: Work
  follows?: Following
}

export type AssentFunctionProps = Job & {
  settings: Settings
  /** Directory that holds `<name>/index.js` of every function. */
  bundles: string
  /** Everything its role may do, besides its own log and its own queue. */
  may: readonly PolicyStatement[]
}

/** One Lambda with a role, a log and an environment of its own; nothing is shared or implied. */
export class AssentFunction extends Construct {
  readonly lambda: LambdaFunction

  constructor(scope: Construct, id: string, props: AssentFunctionProps) {
    super(scope, id)
    const logGroup = new ExpiringLog(this, 'Log')
    const role = new Role(this, 'Role', {
      description: `What ${id} may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    })
    const ownLog = new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    })
    const ownQueue = props.worksOff ? [consume(props.worksOff.queue)] : []
    const ownStream = props.follows ? follow(props.follows.table) : []
    for (const statement of [...props.may, ...ownQueue, ...ownStream, ownLog])
      role.addToPolicy(statement)

    this.lambda = new LambdaFunction(this, 'Function', {
      functionName: `assent-${props.settings.stage}-${id}`,
      description: props.does,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(`${props.bundles}/${id}`),
      handler: 'index.handler',
      timeout: props.timeout,
      memorySize: props.memoryMb,
      recursiveLoop: props.worksOff?.continuesItself
        ? RecursiveLoop.ALLOW
        : RecursiveLoop.TERMINATE,
      ...(props.reserve ? { reservedConcurrentExecutions: props.reserve } : {}),
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      // A line at each start and end says nothing that the figures do not.
      systemLogLevelV2: SystemLogLevel.WARN,
      environment: {
        ...props.environment,
        POWERTOOLS_SERVICE_NAME: id,
        POWERTOOLS_METRICS_NAMESPACE: figuresOf(props.settings),
        LOG_LEVEL: 'INFO',
      },
    })
    if (props.worksOff) this.workOff(props.worksOff, role)
    if (props.follows) this.follow(props.follows, role)
    this.watch(props.hurts)
  }

  /** An error is a crash or a time-out; what a function answers or sets aside is counted elsewhere. */
  private watch({ harm, article, tolerated }: Job['hurts']): void {
    const window = { period: Duration.minutes(tolerated === 0 ? 1 : 5), statistic: 'Sum' }
    new HarmAlarm(this, 'Errors', {
      harm,
      article,
      metric: this.lambda.metricErrors(window),
      threshold: tolerated,
    })
    new HarmAlarm(this, 'Throttles', {
      harm,
      article,
      metric: this.lambda.metricThrottles(window),
      threshold: tolerated,
    })
  }

  private workOff({ queue, atOnce, gatherSeconds, parallel }: Work, role: Role): void {
    const mapping = new CfnEventSourceMapping(this, 'Work', {
      functionName: this.lambda.functionArn,
      eventSourceArn: queue.queueArn,
      batchSize: atOnce,
      ...(gatherSeconds === undefined ? {} : { maximumBatchingWindowInSeconds: gatherSeconds }),
      scalingConfig: { maximumConcurrency: parallel },
      // The function names the messages that failed: one bad message does not repeat its batch.
      functionResponseTypes: ['ReportBatchItemFailures'],
    })
    mapping.node.addDependency(role)
  }

  /** Without a limit to attempts: a change is handed over until it is taken, or the stream forgets it. */
  private follow({ table, atOnce }: Following, role: Role): void {
    const mapping = new CfnEventSourceMapping(this, 'Stream', {
      functionName: this.lambda.functionArn,
      eventSourceArn: streamOf(table),
      startingPosition: 'TRIM_HORIZON',
      batchSize: atOnce,
      maximumBatchingWindowInSeconds: 5,
    })
    mapping.node.addDependency(role)
  }
}
