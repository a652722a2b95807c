import type { Duration } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  Architecture,
  CfnEventSourceMapping,
  Code,
  Function as LambdaFunction,
  RecursiveLoop,
  Runtime,
} from 'aws-cdk-lib/aws-lambda'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { Settings } from '../settings.ts'
import { ExpiringLog } from './expiring-log.ts'
import { consume } from './permissions.ts'

export type AssentFunctionProps = {
  settings: Settings
  /** Directory that holds `<name>/index.js` of every function. */
  bundles: string
  /** One sentence about its job, shown in the console. */
  does: string
  timeout: Duration
  memoryMb: number
  /** Concurrency kept free for this function, or 0 for none. */
  reserve?: number
  /** True where it puts messages on the queue it works off; Lambda would break such a chain off. */
  continuesItself?: boolean
  environment: Record<string, string>
  /** Everything its role may do, besides writing to its own log. */
  may: readonly PolicyStatement[]
}

/** One Lambda with a role, a log and an environment of its own; nothing is shared or implied. */
export class AssentFunction extends Construct {
  readonly lambda: LambdaFunction
  private readonly role: Role

  constructor(scope: Construct, id: string, props: AssentFunctionProps) {
    super(scope, id)
    const { settings } = props

    const logGroup = new ExpiringLog(this, 'Log')
    this.role = new Role(this, 'Role', {
      description: `What ${id} may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    })
    for (const statement of props.may) this.role.addToPolicy(statement)
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    )
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName: `assent-${settings.stage}-${id}`,
      description: props.does,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(`${props.bundles}/${id}`),
      handler: 'index.handler',
      timeout: props.timeout,
      memorySize: props.memoryMb,
      recursiveLoop: props.continuesItself ? RecursiveLoop.ALLOW : RecursiveLoop.TERMINATE,
      ...(props.reserve ? { reservedConcurrentExecutions: props.reserve } : {}),
      role: this.role,
      logGroup,
      environment: {
        ...props.environment,
        POWERTOOLS_SERVICE_NAME: id,
        POWERTOOLS_METRICS_NAMESPACE: 'Assent',
        LOG_LEVEL: 'INFO',
      },
    })
  }

  /**
   * Lets this function work off a queue.
   *
   * The function names the messages that failed, so that one bad message never makes its batch
   * repeat; `parallel` bounds how many batches run at once (at least 2, as SQS demands).
   */
  worksOff(queue: Queue, batch: { size: number; parallel: number }): void {
    this.role.addToPolicy(consume(queue))
    const mapping = new CfnEventSourceMapping(this, 'Work', {
      functionName: this.lambda.functionArn,
      eventSourceArn: queue.queueArn,
      batchSize: batch.size,
      scalingConfig: { maximumConcurrency: batch.parallel },
      functionResponseTypes: ['ReportBatchItemFailures'],
    })
    mapping.node.addDependency(this.role)
  }
}
