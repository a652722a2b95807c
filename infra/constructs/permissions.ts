import { Stack } from 'aws-cdk-lib'
import type { ITable, Table } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Key } from 'aws-cdk-lib/aws-kms'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { KeyPurpose } from '../../functions/platform/keyring.ts'

// Every statement here names its actions one by one: `grantReadData` and its sisters bring scans,
// stream reads and wildcard actions along that no function of ours needs.

type ItemAction =
  | 'BatchGetItem'
  | 'ConditionCheckItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'UpdateItem'

type FileAction = 'AbortMultipartUpload' | 'DeleteObject' | 'GetObject' | 'PutObject'

/**
 * Item by item access to the partitions of one table whose key starts with one of `owners`, such as
 * `C#` for contacts. `TransactWriteItems` and batches are checked against these same actions and keys.
 */
export function onItems(
  table: Pick<ITable, 'tableArn'>,
  owners: readonly string[],
  actions: readonly ItemAction[],
): PolicyStatement {
  return new PolicyStatement({
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [table.tableArn],
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': owners.map((owner) => `${owner}*`) },
    },
  })
}

/**
 * Walking through a whole table. A scan names no keys, so none can be set as its limit: for the one
 * function that has to meet everything.
 */
export function walkThrough(table: Pick<ITable, 'tableArn'>): PolicyStatement {
  return new PolicyStatement({ actions: ['dynamodb:Scan'], resources: [table.tableArn] })
}

/** Use of the data key, but only through DynamoDB: the key itself opens nothing for a function. */
export function throughTables(key: Key): PolicyStatement {
  return viaService(key, 'dynamodb', [
    'kms:Decrypt',
    'kms:DescribeKey',
    'kms:Encrypt',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
  ])
}

/**
 * Access to the files of the bucket, which are encrypted with `key`. S3 makes a data key to write one,
 * and opens one to read, or to put together what came in parts.
 */
export function onFiles(
  bucket: Bucket,
  key: Key,
  actions: readonly FileAction[],
): PolicyStatement[] {
  const opens = actions.includes('GetObject') || actions.includes('AbortMultipartUpload')
  const kms = [
    ...(opens ? ['kms:Decrypt'] : []),
    ...(actions.includes('PutObject') ? ['kms:GenerateDataKey'] : []),
  ]
  return [
    new PolicyStatement({
      actions: actions.map((action) => `s3:${action}`),
      resources: [bucket.arnForObjects('*')],
    }),
    ...(kms.length === 0 ? [] : [viaService(key, 's3', kms)]),
  ]
}

/** Finding out which files a bucket holds, by how their names begin. */
export function listFiles(bucket: Bucket): PolicyStatement {
  return new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] })
}

/**
 * The secrets of the named purposes, and no other (SEC-02).
 *
 * Parameter Store checks this call against the path that is asked for, as it is written: with or
 * without the last slash. The parameters are encrypted with the account's `aws/ssm` key, whose own
 * policy admits whoever Parameter Store admits, so no KMS permission is given.
 */
export function readSecrets(
  scope: Stack,
  path: string,
  purposes: readonly KeyPurpose[],
): PolicyStatement {
  return new PolicyStatement({
    actions: ['ssm:GetParametersByPath'],
    resources: purposes.flatMap((purpose) => {
      const arn = scope.formatArn({
        service: 'ssm',
        resource: `parameter${path}/${purpose}`,
      })
      return [arn, `${arn}/`]
    }),
  })
}

/** The parameters right under a path that hold no secret: asked for by the path as it is written. */
export function readParameters(scope: Stack, path: string): PolicyStatement {
  const resource = `parameter${path}`
  return new PolicyStatement({
    actions: ['ssm:GetParametersByPath'],
    resources: [scope.formatArn({ service: 'ssm', resource })],
  })
}

/** Putting messages on a queue. */
export function sendTo(...queues: readonly Queue[]): PolicyStatement {
  return new PolicyStatement({
    actions: ['sqs:SendMessage'],
    resources: queues.map((queue) => queue.queueArn),
  })
}

/** What Lambda's own poller needs to hand a function its messages. */
export function consume(queue: Queue): PolicyStatement {
  return new PolicyStatement({
    actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
    resources: [queue.queueArn],
  })
}

/** What Lambda's own poller needs to hand a function what changes in a table. */
export function follow(table: Table): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      resources: [streamOf(table)],
    }),
    // Asked of all streams of the table, not of one.
    new PolicyStatement({
      actions: ['dynamodb:ListStreams'],
      resources: [`${table.tableArn}/stream/*`],
    }),
  ]
}

export function streamOf({ tableStreamArn }: Table): string {
  if (tableStreamArn === undefined)
    throw new TypeError('only a table with a stream can be followed')
  return tableStreamArn
}

function viaService(key: Key, service: 'dynamodb' | 's3', actions: string[]): PolicyStatement {
  const { region, urlSuffix } = Stack.of(key)
  return new PolicyStatement({
    actions,
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${service}.${region}.${urlSuffix}` } },
  })
}
