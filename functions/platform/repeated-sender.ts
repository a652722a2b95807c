import type { Caller } from './caller.ts'
import type { Send } from './queue.ts'
import { signedRead } from './signed-read.ts'

/**
 * SQS's `SendMessage` without the SQS client, for what must not be lost. It is asked again like a read: a message
 * that was taken although nobody heard so arrives twice, as any message of a queue may.
 * @throws when the queue did not take it.
 */
export function repeatedSender<Message>(
  caller: Caller,
  endpoint: URL,
  queueUrl: string,
): Send<Message> {
  const ask = signedRead(caller, {
    service: 'sqs',
    endpoint,
    contentType: 'application/x-amz-json-1.0',
    target: 'AmazonSQS.SendMessage',
  })
  return async (message) => {
    await ask({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message) })
  }
}
