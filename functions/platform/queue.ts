import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import type { PartialItemFailureResponse } from '@aws-lambda-powertools/batch/types'
import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { SQSEvent, SQSRecord } from 'aws-lambda'
import * as v from 'valibot'
import type { Log } from './log.ts'
import { type RestoreGate, RestoreRunning } from './restore-gate.ts'

/** Puts one message on a queue; messages hold ids, never an address in clear (SEC-14). */
export type Send<Message> = (message: Message, delaySeconds?: number) => Promise<void>

/** SQS delays a message by at most a quarter of an hour. */
const longestDelaySeconds = 900

export function sender<Message>(sqs: SQSClient, queueUrl: string): Send<Message> {
  return async (message, delaySeconds = 0) => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(message),
        DelaySeconds: Math.min(Math.max(0, Math.ceil(delaySeconds)), longestDelaySeconds),
      }),
    )
  }
}

/** Puts many messages on a queue, ten a call. */
export type SendAll<Message> = (messages: readonly Message[]) => Promise<void>

const mostInCall = 10

/** @returns a sender that throws when SQS did not take each one: of those before, it may have taken some. */
export function manySender<Message>(sqs: SQSClient, queueUrl: string): SendAll<Message> {
  return async (messages) => {
    for (let start = 0; start < messages.length; start += mostInCall) {
      const { Failed = [] } = await sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: messages
            .slice(start, start + mostInCall)
            .map((message, index) => ({ Id: String(index), MessageBody: JSON.stringify(message) })),
        }),
      )
      // The call itself succeeds, whatever became of its entries.
      if (Failed.length > 0) {
        const codes = Failed.map(({ Code = '' }) => Code).join(', ')
        throw new Error(`the queue did not take ${Failed.length} messages: ${codes}`)
      }
    }
  }
}

/** What every handler over a queue is built from. */
export type Worker = {
  log: Log
  /** Shut while a restore runs: then the whole batch fails, and the queue keeps it (RIGHT-13). */
  isOpen: RestoreGate
}

export type QueueHandler = (event: SQSEvent) => Promise<PartialItemFailureResponse>

/**
 * A Lambda handler over a queue: each message is parsed and handled on its own, and only those that
 * failed are delivered again, finally to the dead-letter queue.
 * @param handle also told when the message was put on the queue: the same at each delivery.
 */
export function queueHandler<Schema extends v.GenericSchema>(
  worker: Worker,
  schema: Schema,
  handle: (message: v.InferOutput<Schema>, sentAt: Date) => Promise<void>,
): QueueHandler {
  return textQueueHandler(worker, v.pipe(v.string(), v.parseJson(), schema), handle)
}

/** The same where others write the messages, not all of which are JSON. */
export function textQueueHandler<Message>(
  { log, isOpen }: Worker,
  message: v.GenericSchema<unknown, Message>,
  handle: (message: Message, sentAt: Date) => Promise<void>,
): QueueHandler {
  const one = async ({ body, attributes }: SQSRecord): Promise<void> => {
    try {
      await handle(v.parse(message, body), new Date(Number(attributes.SentTimestamp)))
    } catch (fault) {
      log.fault('a message was not handled', fault)
      throw fault
    }
  }
  const processor = new BatchProcessor(EventType.SQS)
  return async (event) => {
    await assertOpen(isOpen)
    return processPartialResponse(event, one, processor, { throwOnFullBatchFailure: false })
  }
}

async function assertOpen(isOpen: RestoreGate): Promise<void> {
  if (!(await isOpen())) throw new RestoreRunning('a restore has not been replayed yet')
}

/** A message of a batch with the id that the queue gave it, the same at each delivery. */
export type Received<Message> = { id: string; message: Message }

/**
 * A Lambda handler over a queue whose messages are cheaper to handle together. Those that are not well
 * formed are given back alone; when the work on the others fails, all of them are.
 */
export function batchHandler<Schema extends v.GenericSchema>(
  { log, isOpen }: Worker,
  schema: Schema,
  handle: (batch: readonly Received<v.InferOutput<Schema>>[]) => Promise<void>,
): QueueHandler {
  const message = v.pipe(v.string(), v.parseJson(), schema)
  return async ({ Records }) => {
    await assertOpen(isOpen)
    const batch: Received<v.InferOutput<Schema>>[] = []
    const failed: string[] = []
    for (const { messageId: id, body } of Records) {
      const parsed = v.safeParse(message, body)
      if (parsed.success) batch.push({ id, message: parsed.output })
      else failed.push(id)
    }
    if (failed.length > 0) log.info('messages were not understood', { count: failed.length })
    try {
      if (batch.length > 0) await handle(batch)
    } catch (fault) {
      log.fault('a batch was not handled', fault, { count: batch.length })
      failed.push(...batch.map(({ id }) => id))
    }
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) }
  }
}
