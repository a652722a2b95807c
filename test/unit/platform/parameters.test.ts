import { createServer, type Server } from 'node:http'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm'
import { afterEach, describe, expect, it } from 'vitest'
import { signedParameters } from '../../../functions/platform/parameters.ts'

type Call = { headers: Record<string, string | string[] | undefined>; body: string }
type Reply = { status: number; body: string } | 'cut'

const region = 'eu-north-1'
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'a+b' }
const db = new DynamoDBClient({ region, credentials })
const input = { Path: '/assent/test/keys/ring/', WithDecryption: true } as const
const page = { Parameters: [{ Name: '/assent/test/keys/ring/1', Value: '{}' }], NextToken: 'next' }
const fine: Reply = { status: 200, body: JSON.stringify(page) }

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

/** An SSM that gives these answers in turn, and keeps what it was asked. */
async function ssmThatSays(...replies: Reply[]): Promise<{ url: string; calls: Call[] }> {
  const calls: Call[] = []
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += String(chunk)
    })
    request.on('end', () => {
      const reply = replies[Math.min(calls.length, replies.length - 1)] ?? 'cut'
      calls.push({ headers: request.headers, body })
      if (reply === 'cut') {
        request.socket.destroy()
        return
      }
      response.writeHead(reply.status).end(reply.body)
    })
  })
  const listening = server
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  const address = listening.address()
  if (typeof address !== 'object' || address === null) throw new Error('not listening')
  return { url: `http://127.0.0.1:${address.port}`, calls }
}

describe('reading parameters without the SSM client', () => {
  it('asks for what the SSM client would ask, signed for the same scope and headers', async () => {
    const { url, calls } = await ssmThatSays(fine)
    expect(await signedParameters(db, new URL(url))({ ...input, NextToken: 'n' })).toEqual(page)
    const client = new SSMClient({ region, credentials, endpoint: url })
    await client.send(new GetParametersByPathCommand({ ...input, NextToken: 'n' }))

    const [ours, theirs] = calls
    expect(JSON.parse(ours?.body ?? '')).toEqual(JSON.parse(theirs?.body ?? ''))
    for (const name of [
      'content-type',
      'x-amz-target',
      'x-amz-security-token',
      'x-amz-content-sha256',
    ]) {
      expect(ours?.headers[name]).toBe(theirs?.headers[name])
    }
    const scope = (call: Call | undefined) =>
      /Credential=([^,]+)/.exec(String(call?.headers.authorization))?.[1]
    expect(scope(ours)).toBe(scope(theirs))
    expect(String(ours?.headers.authorization)).toContain('content-type;host;x-amz-')
  })

  it.each<[string, Reply]>([
    ['a cut connection', 'cut'],
    ['an overloaded service', { status: 503, body: '' }],
    ['throttling', { status: 400, body: '{"__type":"ThrottlingException"}' }],
  ])('asks again after %s', async (_, reply) => {
    const { url, calls } = await ssmThatSays(reply, reply, fine)
    expect(await signedParameters(db, new URL(url))(input)).toEqual(page)
    expect(calls).toHaveLength(3)
  })

  it.each<[string, Reply, RegExp, number]>([
    ['cut connections that do not end', 'cut', /did not answer/, 3],
    ['an outage that does not end', { status: 500, body: '' }, /did not answer/, 3],
    [
      'a refusal, at once',
      { status: 400, body: '{"__type":"AccessDeniedException"}' },
      /answered 400/,
      1,
    ],
  ])('SEC-12 gives up on %s', async (_, reply, message, times) => {
    const { url, calls } = await ssmThatSays(reply)
    await expect(signedParameters(db, new URL(url))(input)).rejects.toThrow(message)
    expect(calls).toHaveLength(times)
  })

  it('SEC-12 takes nothing for keys that is not an answer of SSM', async () => {
    const { url } = await ssmThatSays({ status: 200, body: '<html>' })
    await expect(signedParameters(db, new URL(url))(input)).rejects.toThrow()
  })
})
