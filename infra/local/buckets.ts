import {
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import * as v from 'valibot'
import { type Assembly, resourcesOfType } from './assembly.ts'

const bucketSchema = v.object({
  LifecycleConfiguration: v.optional(
    v.object({
      Rules: v.array(
        v.object({
          Id: v.optional(v.string()),
          Status: v.picklist(['Enabled', 'Disabled']),
          Prefix: v.optional(v.string(), ''),
          ExpirationInDays: v.optional(v.number()),
          AbortIncompleteMultipartUpload: v.optional(v.object({ DaysAfterInitiation: v.number() })),
        }),
      ),
    }),
  ),
})

type Rule = NonNullable<
  v.InferOutput<typeof bucketSchema>['LifecycleConfiguration']
>['Rules'][number]

export type Bucket = { name: string; logicalId: string; stack: string; rules: LifecycleRule[] }

export function readBuckets(assembly: Assembly): Bucket[] {
  return resourcesOfType(assembly, 'AWS::S3::Bucket').map(
    ({ name, logicalId, stack, properties }) => ({
      name,
      logicalId,
      stack,
      rules: (v.parse(bucketSchema, properties).LifecycleConfiguration?.Rules ?? []).map(
        lifecycleRule,
      ),
    }),
  )
}

export async function createBuckets(client: S3Client, buckets: readonly Bucket[]): Promise<void> {
  for (const { name, rules } of buckets) {
    try {
      await client.send(new CreateBucketCommand({ Bucket: name }))
    } catch (error) {
      if (!(error instanceof BucketAlreadyOwnedByYou)) throw error
    }
    if (rules.length === 0) continue
    await client.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket: name,
        LifecycleConfiguration: { Rules: rules },
      }),
    )
  }
}

function lifecycleRule(rule: Rule): LifecycleRule {
  return {
    ID: rule.Id,
    Status: rule.Status,
    Filter: { Prefix: rule.Prefix },
    ...(rule.ExpirationInDays !== undefined && { Expiration: { Days: rule.ExpirationInDays } }),
    ...(rule.AbortIncompleteMultipartUpload && {
      AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload,
    }),
  }
}
