import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Send } from './queue.ts'
import { signedPost } from './signed-post.ts'

/** A mail client waits for its picture: what a queue does not take in this time is not recorded. */
const answerWithinMs = 1000

/**
 * SQS's `SendMessage` without the SQS client, tried once: for what may be lost, but keeps nobody waiting.
 * @throws when the queue did not take it.
 */
export function signedSender<Message>(
  client: Pick<DynamoDBClient, 'config'>,
  endpoint: URL,
  queueUrl: string,
): Send<Message> {
  const ask = signedPost(client, {
    service: 'sqs',
    endpoint,
    contentType: 'application/x-amz-json-1.0',
    target: 'AmazonSQS.SendMessage',
    answerWithinMs,
  })
  return async (message) => {
    const answer = await ask(
      JSON.stringify({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message) }),
    )
    await answer.body?.cancel()
    if (!answer.ok) throw new Error(`SQS answered ${answer.status}`)
  }
}
