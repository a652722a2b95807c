import { RemovalPolicy } from 'aws-cdk-lib'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import { policy } from '../../policy.ts'

/** The periods CloudWatch offers, of which the longest that keeps the policy's promise is taken. */
const offered = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365]

/**
 * A log that keeps nothing longer than the policy says (SEC-14).
 *
 * Logs hold ids and kinds, no personal data, so CloudWatch's own encryption is enough.
 */
export class ExpiringLog extends LogGroup {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      retention: offered.findLast((days) => days <= policy.retention.logs) ?? 1,
      removalPolicy: RemovalPolicy.DESTROY,
    })
  }
}
