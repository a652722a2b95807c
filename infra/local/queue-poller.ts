import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { Invoke } from './http-gateway.ts'
import type { QueueMapping } from './queue-mappings.ts'
import { finishedMessages, queueEvent } from './sqs-event.ts'

export type QueuePoller = { stop: () => Promise<void> }

export type PollerOptions = {
  sqs: SQSClient
  queueUrl: string
  mapping: QueueMapping
  invoke: Invoke
  onFault: (error: unknown) => void
}

/** Batches in flight at once where the mapping sets no limit. */
const usualConcurrency = 4

const longestPoll = 20

/**
 * Plays Lambda's poller for one queue. A message that is not reported as done stays hidden until
 * its visibility timeout, is then delivered again, and is set aside by the queue's redrive policy.
 */
export function startPoller(options: PollerOptions): QueuePoller {
  const { mapping, onFault } = options
  const aborter = new AbortController()
  const limit = Math.min(mapping.maximumConcurrency ?? usualConcurrency, usualConcurrency)
  const loops = Array.from({ length: limit }, () => poll(options, aborter.signal))
  return {
    stop: async () => {
      aborter.abort()
      await Promise.all(loops).catch(onFault)
    },
  }
}

async function poll(options: PollerOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const messages = await receiveBatch(options, signal)
      if (messages.length > 0) await work(options, messages)
    } catch (error) {
      if (signal.aborted) return
      options.onFault(error)
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  }
}

/** Waits for a first message, then gathers for the batching window or until the batch is full. */
async function receiveBatch(options: PollerOptions, signal: AbortSignal): Promise<Message[]> {
  const { batchSize, windowSeconds } = options.mapping
  const messages = await receive(options, batchSize, longestPoll, signal)
  const end = Date.now() + windowSeconds * 1000
  while (messages.length > 0 && messages.length < batchSize) {
    const left = Math.ceil((end - Date.now()) / 1000)
    if (left <= 0) break
    messages.push(...(await receive(options, batchSize - messages.length, left, signal)))
  }
  return messages
}

async function receive(
  { sqs, queueUrl }: PollerOptions,
  most: number,
  seconds: number,
  abortSignal: AbortSignal,
): Promise<Message[]> {
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: Math.min(most, 10),
      WaitTimeSeconds: Math.min(seconds, longestPoll),
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
    { abortSignal },
  )
  return Messages ?? []
}

async function work(
  { sqs, queueUrl, mapping, invoke }: PollerOptions,
  messages: Message[],
): Promise<void> {
  const outcome = await invoke(mapping.functionName, queueEvent(messages, mapping.queueArn))
  if (outcome.kind === 'error') return
  const finished = finishedMessages(messages, outcome.value, mapping.reportsItemFailures)
  for (let start = 0; start < finished.length; start += 10) {
    await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: finished.slice(start, start + 10).map(({ ReceiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle,
        })),
      }),
    )
  }
}
