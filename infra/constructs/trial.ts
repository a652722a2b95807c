import { Aspects, CfnResource, type IAspect, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { CfnUserPool } from 'aws-cdk-lib/aws-cognito'
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb'
import { CfnBucket } from 'aws-cdk-lib/aws-s3'
import type { IConstruct } from 'constructs'

/**
 * Makes every stack below `scope` one that can be taken away again, for a stage that nobody relies on.
 * Buckets stay: one that holds anything cannot be deleted, and what is under a lock must not.
 */
export function destroyable(scope: IConstruct): void {
  const loosening: IAspect = {
    visit(node) {
      if (node instanceof Stack) node.terminationProtection = false
      if (node instanceof CfnTable) node.deletionProtectionEnabled = false
      if (node instanceof CfnUserPool) node.deletionProtection = 'INACTIVE'
      if (!(node instanceof CfnResource) || node instanceof CfnBucket) return
      if (node.cfnOptions.deletionPolicy !== undefined)
        node.applyRemovalPolicy(RemovalPolicy.DESTROY)
    },
  }
  Aspects.of(scope).add(loosening)
}
