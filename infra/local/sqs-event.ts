import type { Message } from '@aws-sdk/client-sqs'
import * as v from 'valibot'

export type QueueEvent = ReturnType<typeof queueEvent>

/** The event Lambda's poller makes of a batch of messages. */
export function queueEvent(messages: readonly Message[], queueArn: string) {
  return { Records: messages.map((message) => queueRecord(message, queueArn)) }
}

function queueRecord(message: Message, queueArn: string) {
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: message.Attributes ?? {},
    messageAttributes: messageAttributes(message),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3] ?? '',
  }
}

function messageAttributes({ MessageAttributes = {} }: Message) {
  return Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { StringValue, BinaryValue, DataType }]) => [
      name,
      {
        ...(StringValue !== undefined && { stringValue: StringValue }),
        ...(BinaryValue && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType ?? 'String',
      },
    ]),
  )
}

const reportSchema = v.object({
  batchItemFailures: v.nullish(v.array(v.object({ itemIdentifier: v.string() })), []),
})

/**
 * The messages that are done with, after a function answered. As Lambda does: a report that is
 * malformed, or names a message that is not in the batch, makes the whole batch fail.
 */
export function finishedMessages(
  messages: readonly Message[],
  result: unknown,
  reportsItemFailures: boolean,
): Message[] {
  if (!reportsItemFailures || result === null || result === undefined || result === '') {
    return [...messages]
  }
  const report = v.safeParse(reportSchema, result)
  if (!report.success) return []
  const failed = new Set((report.output.batchItemFailures ?? []).map((one) => one.itemIdentifier))
  const known = new Set(messages.map((message) => message.MessageId))
  if ([...failed].some((id) => !known.has(id))) return []
  return messages.filter(({ MessageId }) => MessageId === undefined || !failed.has(MessageId))
}
