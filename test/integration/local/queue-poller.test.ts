import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Clients, createClients, destroyClients } from '../../../infra/local/clients.ts'
import type { Outcome } from '../../../infra/local/lambda-worker.ts'
import { startPoller } from '../../../infra/local/queue-poller.ts'
import { createQueues } from '../../../infra/local/queues.ts'
import { type Messaging, startMessaging } from '../../../infra/local/services/messaging.ts'
import type { QueueEvent } from '../../../infra/local/sqs-event.ts'

const region = 'eu-north-1'
const arnOf = (name: string) => `arn:aws:sqs:${region}:000000000000:${name}`

let messaging: Messaging
let clients: Clients
let sqs: SQSClient

beforeEach(async () => {
  messaging = await startMessaging(0)
  const { endpoint } = messaging
  const endpoints = {
    dynamodb: endpoint,
    messaging: endpoint,
    mail: endpoint,
    parameters: endpoint,
  }
  clients = createClients(endpoints, region)
  sqs = clients.sqs
  // The queue before its dead-letter queue, as templates may have them.
  await createQueues(sqs, [
    {
      name: 'work',
      arn: arnOf('work'),
      VisibilityTimeout: 1,
      RedrivePolicy: { deadLetterTargetArn: arnOf('aside'), maxReceiveCount: 2 },
    },
    { name: 'aside', arn: arnOf('aside') },
  ])
})

afterEach(async () => {
  destroyClients(clients)
  await messaging.stop()
})

const urlOf = (name: string) => `${messaging.endpoint}/000000000000/${name}`

async function working(
  answer: (bodies: string[], event: QueueEvent) => Outcome,
  act: () => Promise<void>,
): Promise<string[][]> {
  const batches: string[][] = []
  const poller = startPoller({
    sqs,
    queueUrl: urlOf('work'),
    mapping: {
      queueArn: arnOf('work'),
      functionName: 'worker',
      batchSize: 10,
      windowSeconds: 0,
      reportsItemFailures: true,
      maximumConcurrency: 2,
    },
    invoke: async (_name, event) => {
      const { Records } = event as QueueEvent
      const bodies = Records.map(({ body }) => body)
      batches.push(bodies)
      return answer(bodies, event as QueueEvent)
    },
    onFault: (fault) => {
      throw fault
    },
  })
  await act()
  await poller.stop()
  return batches
}

const send = (body: string) =>
  sqs.send(new SendMessageCommand({ QueueUrl: urlOf('work'), MessageBody: body }))

async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 50))
}

async function waiting(name: string): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: urlOf(name),
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  )
  const counts = Object.values(Attributes ?? {}).map(Number)
  return counts.reduce((sum, count) => sum + count, 0)
}

const allDone: Outcome = { kind: 'result', value: { batchItemFailures: [] } }

describe('work from a queue', () => {
  it('is taken off once the function is done with it', async () => {
    const batches = await working(
      () => allDone,
      async () => {
        await send('one')
        await until(async () => (await waiting('work')) === 0)
      },
    )

    expect(batches).toEqual([['one']])
    expect(await waiting('aside')).toBe(0)
  })

  it('comes again if the function reports it as failed, and is then set aside', async () => {
    const batches = await working(
      (_bodies, { Records }) => ({
        kind: 'result',
        value: {
          batchItemFailures: Records.filter(({ body }) => body === 'bad').map(({ messageId }) => ({
            itemIdentifier: messageId,
          })),
        },
      }),
      async () => {
        await send('good')
        await send('bad')
        await until(async () => (await waiting('aside')) === 1)
      },
    )
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: urlOf('aside') }))

    expect(Messages?.map(({ Body }) => Body)).toEqual(['bad'])
    expect(batches.flat().filter((body) => body === 'bad')).toHaveLength(2)
    expect(batches.flat().filter((body) => body === 'good')).toHaveLength(1)
  })

  it('comes again as a whole if the function fails', async () => {
    let calls = 0
    const batches = await working(
      () => {
        calls += 1
        if (calls > 1) return allDone
        return { kind: 'error', errorType: 'Error', errorMessage: 'down' }
      },
      async () => {
        await send('one')
        await until(async () => calls === 2 && (await waiting('work')) === 0)
      },
    )

    expect(batches.flat()).toEqual(['one', 'one'])
  })

  it('stops being taken as soon as the poller stops', async () => {
    await working(
      () => allDone,
      async () => {},
    )
    await send('late')

    expect(await waiting('work')).toBe(1)
  })
})

it('queues keep the attributes that the templates give them', async () => {
  await sqs.send(new CreateQueueCommand({ QueueName: 'other' }))
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: urlOf('work'), AttributeNames: ['All'] }),
  )

  expect(Attributes).toMatchObject({ VisibilityTimeout: '1' })
  expect(JSON.parse(Attributes?.RedrivePolicy ?? '{}')).toMatchObject({
    deadLetterTargetArn: arnOf('aside'),
  })
})
