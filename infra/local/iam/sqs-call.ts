import { isJsonObject, type Json } from '../json.ts'
import { arn, type CallReader } from './call.ts'

/** SQS's JSON protocol: the operation in a header, the queue by its URL. */
export const readSqsCall: CallReader = ({ target, body }, inventory) => {
  const operation = target.replace(/^AmazonSQS\./, '')
  const input: Json = JSON.parse(body.toString())
  const url = isJsonObject(input) ? input.QueueUrl : undefined
  const queue = typeof url === 'string' ? url.slice(url.lastIndexOf('/') + 1) : ''
  if (queue === '' || operation === '') return undefined
  // A batch is allowed by the same action as one message.
  const action = `sqs:${operation.replace(/Batch$/, '')}`
  const context = { 'aws:SecureTransport': ['true'] }
  return { operation, needs: [{ action, resource: arn(inventory, 'sqs', queue), context }] }
}
