import { setTimeout as wait } from 'node:timers/promises'
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { Deployment } from '../../infra/local/deployment.ts'
import { accountId } from '../../infra/local/resource-values.ts'

/** The queues of work as the soak sees them. */
export type Queues = {
  /** Work that a killed function held comes back after seconds, so that ten minutes hold many lives of it. */
  hurry: () => Promise<void>
  /** Puts back what was set aside, as the runbook says, until nothing is left; what is left when time is over. */
  drain: (seconds: number) => Promise<string[]>
}

const secondsHidden = '15'

export function queuesOf(sqs: SQSClient, { queues }: Deployment, messagingUrl: string): Queues {
  const url = (name: string) => `${messagingUrl}/${accountId}/${name}`
  const working = queues.filter(({ RedrivePolicy }) => RedrivePolicy !== undefined)
  const setAside = working.map(({ name, RedrivePolicy }) => ({
    from: url(RedrivePolicy?.deadLetterTargetArn.split(':').pop() ?? ''),
    to: url(name),
  }))
  const left = async () => {
    const counts = await Promise.all(
      queues.map(async ({ name }) => ({ name, count: await waiting(sqs, url(name)) })),
    )
    return counts.filter(({ count }) => count > 0).map(({ name, count }) => `${count} in ${name}`)
  }
  return {
    hurry: async () => {
      for (const { name } of working) {
        const Attributes = { VisibilityTimeout: secondsHidden }
        await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url(name), Attributes }))
      }
    },
    drain: async (seconds) => {
      const end = Date.now() + seconds * 1000
      for (;;) {
        for (const path of setAside) await putBack(sqs, path)
        const waiting = await left()
        if (waiting.length === 0 || Date.now() > end) return waiting
        await wait(500)
      }
    },
  }
}

/** Work that can be done now; a letter that keeps to its cool-down is put off on purpose. */
async function waiting(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  )
  const of = (name: string) => Number(Reflect.get(Attributes, name) ?? 0)
  return of('ApproximateNumberOfMessages') + of('ApproximateNumberOfMessagesNotVisible')
}

async function putBack(sqs: SQSClient, { from, to }: { from: string; to: string }): Promise<void> {
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: from, MaxNumberOfMessages: 10 }),
    )
    if (Messages.length === 0) return
    for (const message of Messages) await moved(sqs, message, { from, to })
  }
}

async function moved(
  sqs: SQSClient,
  { Body, ReceiptHandle }: Message,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl: to, MessageBody: Body }))
  await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }))
}
