import type { Caller } from './caller.ts'
import type { Send } from './queue.ts'
import { type SignedAnswer, signedPost } from './signed-post.ts'

/** A mail client waits for its picture: what a queue does not take in this time is not recorded. */
const answerWithinMs = 1000

/**
 * SQS's `SendMessage` without the SQS client, for what may be lost but keeps nobody waiting. Tried once, and
 * again where the connection was found closed: it lay idle while Lambda slept, and nobody had noticed.
 * @throws when the queue did not take it.
 */
export function signedSender<Message>(
  caller: Caller,
  endpoint: URL,
  queueUrl: string,
): Send<Message> {
  const ask = signedPost(caller, {
    service: 'sqs',
    endpoint,
    contentType: 'application/x-amz-json-1.0',
    target: 'AmazonSQS.SendMessage',
    answerWithinMs,
  })
  return async (message) => {
    const body = JSON.stringify({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message) })
    const { status } = await ask(body).catch((fault: unknown): Promise<SignedAnswer> => {
      if (isClosed(fault)) return ask(body)
      throw fault
    })
    if (status !== 200) throw new Error(`SQS answered ${status}`)
  }
}

const isClosed = (fault: unknown): boolean =>
  fault instanceof Error &&
  'code' in fault &&
  (fault.code === 'ECONNRESET' || fault.code === 'EPIPE')
