import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs'
import * as v from 'valibot'
import { type Assembly, resourcesOfType } from './assembly.ts'
import { accountId } from './resource-values.ts'

const seconds = v.optional(v.number())

const queueSchema = v.object({
  VisibilityTimeout: seconds,
  DelaySeconds: seconds,
  MessageRetentionPeriod: seconds,
  ReceiveMessageWaitTimeSeconds: seconds,
  MaximumMessageSize: v.optional(v.number()),
  FifoQueue: v.optional(v.boolean()),
  ContentBasedDeduplication: v.optional(v.boolean()),
  RedrivePolicy: v.optional(
    v.object({ deadLetterTargetArn: v.string(), maxReceiveCount: v.number() }),
  ),
})

export type Queue = v.InferOutput<typeof queueSchema> & { name: string; arn: string }

export function readQueues(assembly: Assembly): Queue[] {
  return resourcesOfType(assembly, 'AWS::SQS::Queue').map(({ name, region, properties }) => ({
    ...v.parse(queueSchema, properties),
    name,
    arn: `arn:aws:sqs:${region}:${accountId}:${name}`,
  }))
}

/** Dead-letter queues first: a redrive policy may only name a queue that exists. */
export async function createQueues(client: SQSClient, queues: readonly Queue[]): Promise<void> {
  const inOrder = [...queues].sort(
    (one, other) =>
      Number(one.RedrivePolicy !== undefined) - Number(other.RedrivePolicy !== undefined),
  )
  for (const queue of inOrder) {
    await client.send(
      new CreateQueueCommand({ QueueName: queue.name, Attributes: attributesOf(queue) }),
    )
  }
}

function attributesOf({
  name: _name,
  arn: _arn,
  RedrivePolicy,
  ...plain
}: Queue): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const [attribute, value] of Object.entries(plain)) {
    if (value !== undefined) attributes[attribute] = String(value)
  }
  if (RedrivePolicy) attributes.RedrivePolicy = JSON.stringify(RedrivePolicy)
  return attributes
}
