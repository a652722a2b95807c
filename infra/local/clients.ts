import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import { SSMClient } from '@aws-sdk/client-ssm'
import type { Endpoints } from './lambda-environment.ts'

export type Clients = {
  dynamodb: DynamoDBClient
  s3: S3Client
  sns: SNSClient
  sqs: SQSClient
  ssm: SSMClient
}

/** Clients with which the local cloud plays CloudFormation, pollers and CDN. */
export function createClients(endpoints: Endpoints, region: string): Clients {
  const credentials = { accessKeyId: 'localcloud', secretAccessKey: 'local' }
  const local = (endpoint: string) => ({ endpoint, region, credentials })
  return {
    dynamodb: new DynamoDBClient(local(endpoints.dynamodb)),
    s3: new S3Client({ ...local(endpoints.messaging), forcePathStyle: true }),
    sns: new SNSClient(local(endpoints.messaging)),
    sqs: new SQSClient(local(endpoints.messaging)),
    ssm: new SSMClient(local(endpoints.parameters)),
  }
}

export function destroyClients(clients: Clients): void {
  for (const client of Object.values(clients)) client.destroy()
}
