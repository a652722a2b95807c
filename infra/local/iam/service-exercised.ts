/**
 * What a role grants although the function never asks for it: AWS asks in its name. Nothing local can
 * exercise these, so they are listed, and `test/infra/service-exercised.test.ts` proves that each role
 * holds exactly what its function needs of them.
 */
const byAws = {
  /** DynamoDB and S3 use the data key for whoever reads or writes an item or a file. */
  encryption: [
    'kms:Decrypt',
    'kms:DescribeKey',
    'kms:Encrypt',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
  ],
  /** Lambda writes what the function prints. */
  logs: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  /** Lambda's poller takes messages off the queue before the function hears of them. */
  polling: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
  /** And the changes off a table's stream. */
  following: [
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
  ],
}

export const serviceExercised: ReadonlySet<string> = new Set(Object.values(byAws).flat())
