import { Agent, request } from 'node:http'
import { request as requestOverTls, Agent as TlsAgent } from 'node:https'
import { sign } from 'aws4'

/**
 * The floor of a pixel that keeps what it saw: a handler that sends one message to the queue over a kept
 * connection, signed, answers the same picture, and does nothing else.
 */
const body = 'R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw=='
const queueUrl = process.env.HITS_QUEUE_URL ?? ''
const endpoint = new URL(process.env.AWS_ENDPOINT_URL_SQS ?? 'https://sqs.eu-north-1.amazonaws.com')
const agents = { plain: new Agent({ keepAlive: true }), tls: new TlsAgent({ keepAlive: true }) }
const message = JSON.stringify({
  QueueUrl: queueUrl,
  MessageBody: JSON.stringify({
    kind: 'open',
    at: new Date(0).toISOString(),
    padding: 'x'.repeat(150),
  }),
})

export async function handler(): Promise<object> {
  const { host, hostname, port, protocol } = endpoint
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'AmazonSQS.SendMessage',
  }
  const signed = sign({ service: 'sqs', host, method: 'POST', path: '/', headers, body: message })
  const options = { ...signed, host: hostname, hostname, port }
  await new Promise<void>((resolve, reject) => {
    const asked =
      protocol === 'https:'
        ? requestOverTls({ ...options, agent: agents.tls })
        : request({ ...options, agent: agents.plain })
    asked.on('error', reject).on('response', (answer) => {
      answer.resume().on('end', resolve)
      if (answer.statusCode !== 200) reject(new Error(`SQS answered ${answer.statusCode}`))
    })
    asked.end(message)
  })
  const answered = { 'content-type': 'image/gif', 'cache-control': 'no-store' }
  return { statusCode: 200, headers: answered, body, isBase64Encoded: true }
}
