import { describe, expect, it } from 'vitest'
import { finishedMessages, queueEvent } from '../../../infra/local/sqs-event.ts'

const messages = ['a', 'b', 'c'].map((MessageId) => ({
  MessageId,
  ReceiptHandle: `handle-${MessageId}`,
  Body: '{}',
  MD5OfBody: 'md5',
  Attributes: { ApproximateReceiveCount: '1' },
}))

const finished = (result: unknown, reports = true) =>
  finishedMessages(messages, result, reports).map(({ MessageId }) => MessageId)

const failures = (...ids: string[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
})

describe('a batch from a queue', () => {
  it('becomes the event that Lambda’s poller makes', () => {
    const arn = 'arn:aws:sqs:eu-north-1:000000000000:letters'

    expect(queueEvent(messages.slice(0, 1), arn)).toEqual({
      Records: [
        {
          messageId: 'a',
          receiptHandle: 'handle-a',
          body: '{}',
          attributes: { ApproximateReceiveCount: '1' },
          messageAttributes: {},
          md5OfBody: 'md5',
          eventSource: 'aws:sqs',
          eventSourceARN: arn,
          awsRegion: 'eu-north-1',
        },
      ],
    })
  })

  it('is done but for the messages that the function reports as failed', () => {
    expect(finished(failures('b'))).toEqual(['a', 'c'])
    expect(finished(failures())).toEqual(['a', 'b', 'c'])
  })

  it('is done when the function reports nothing at all', () => {
    expect(finished(null)).toEqual(['a', 'b', 'c'])
    expect(finished({ batchItemFailures: null })).toEqual(['a', 'b', 'c'])
  })

  it.each([
    ['names a message that is not in the batch', failures('b', 'stranger')],
    ['names no message', failures('')],
    ['is malformed', { batchItemFailures: [{ id: 'a' }] }],
    ['is not an object', 'failed'],
  ])('fails as a whole when the report %s', (_case, report) => {
    expect(finished(report)).toEqual([])
  })

  it('is done whatever the function says, where the mapping asks for no report', () => {
    expect(finished(failures('b'), false)).toEqual(['a', 'b', 'c'])
  })
})
