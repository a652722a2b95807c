import { CreateTopicCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import * as v from 'valibot'
import { type Assembly, resourcesOfType } from './assembly.ts'

const subscriptionSchema = v.object({
  TopicArn: v.string(),
  Protocol: v.string(),
  Endpoint: v.string(),
  RawMessageDelivery: v.optional(v.boolean(), false),
})

/** A topic that hands what is published to it on to a queue. */
export type TopicSubscription = { topicArn: string; queueArn: string; raw: boolean }

/** Subscriptions of queues; mails to colleagues are not sent here, and what nobody would hand on throws. */
export function readTopicSubscriptions(assembly: Assembly): TopicSubscription[] {
  return resourcesOfType(assembly, 'AWS::SNS::Subscription')
    .map(({ properties }) => v.parse(subscriptionSchema, properties))
    .filter(({ Protocol }) => Protocol !== 'email')
    .map(({ TopicArn, Protocol, Endpoint, RawMessageDelivery }) => {
      if (Protocol !== 'sqs') throw new Error(`The local cloud cannot hand on by ${Protocol}`)
      return { topicArn: TopicArn, queueArn: Endpoint, raw: RawMessageDelivery }
    })
}

/** After the queues: a subscription names one that exists. */
export async function createTopics(
  client: SNSClient,
  subscriptions: readonly TopicSubscription[],
): Promise<void> {
  for (const { topicArn, queueArn, raw } of subscriptions) {
    await client.send(new CreateTopicCommand({ Name: topicArn.split(':').at(-1) }))
    await client.send(
      new SubscribeCommand({
        TopicArn: topicArn,
        Protocol: 'sqs',
        Endpoint: queueArn,
        Attributes: { RawMessageDelivery: String(raw) },
      }),
    )
  }
}
