import { Agent, type ClientRequest, type RequestOptions, request } from 'node:http'
import { request as requestOverTls, Agent as TlsAgent } from 'node:https'
import { sign } from 'aws4'
import type { Caller } from './caller.ts'

/** One action of an AWS service that speaks JSON. */
export type SignedPost = {
  service: 'dynamodb' | 'sqs' | 'ssm'
  endpoint: URL
  contentType: 'application/x-amz-json-1.0' | 'application/x-amz-json-1.1'
  /** The service's own name and the action's, as `AmazonSSM.GetParametersByPath`. */
  target: string
  answerWithinMs: number
}

/** What a service said, whole: these answers are small. */
export type SignedAnswer = { status: number; text: string }

/** Connections stay open between calls, as many as one process ever has calls under way. */
const kept = { keepAlive: true, maxSockets: 50 }
const [agent, tlsAgent] = [new Agent(kept), new TlsAgent(kept)]

/**
 * Calls one action without the service's client, which would be a fifth of a bundle for one call, three times
 * its CPU, and most of a cold start. Tried once; what the answer means is the caller's.
 * @throws when no whole answer comes in time.
 */
export function signedPost(
  { region, credentials }: Caller,
  { service, endpoint, contentType, target, answerWithinMs }: SignedPost,
): (body: string) => Promise<SignedAnswer> {
  const { host, hostname, port } = endpoint
  const headers = { 'content-type': contentType, 'x-amz-target': target }
  const ask = endpoint.protocol === 'https:' ? overTls : plainly
  return (body) => {
    const asked = { service, region, host, method: 'POST', path: '/', headers, body }
    const signed = sign(asked, credentials)
    return answerOf(ask({ ...signed, host: hostname, hostname, port }), body, answerWithinMs)
  }
}

const overTls = (options: RequestOptions) => requestOverTls({ ...options, agent: tlsAgent })
const plainly = (options: RequestOptions) => request({ ...options, agent })

function answerOf(asked: ClientRequest, body: string, withinMs: number): Promise<SignedAnswer> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => asked.destroy(new Error('no answer in time')), withinMs)
    const fail = (fault: Error) => {
      clearTimeout(late)
      reject(fault)
    }
    asked.on('error', fail).on('response', (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (part: string) => {
        text += part
      })
      answer.on('error', fail).on('end', () => {
        clearTimeout(late)
        resolve({ status: answer.statusCode ?? 0, text })
      })
    })
    asked.end(body)
  })
}
