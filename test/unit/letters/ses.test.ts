import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SESv2Client, SendEmailCommand, type SendEmailRequest } from '@aws-sdk/client-sesv2'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { sesSendEmail, surelyNotSent } from '../../../functions/platform/ses.ts'

type Heard = { method: string; url: string; headers: IncomingHttpHeaders; body: string }
const heard: Heard[] = []
let answer: 'accept' | 'cut' | number = 'accept'
let server: Server
let endpoint: string

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers } = request
    heard.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
    if (answer === 'cut') return void request.socket.destroy()
    response.statusCode = answer === 'accept' ? 200 : answer
    response.end('{"MessageId":"1"}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server did not start')
  endpoint = `http://127.0.0.1:${address.port}`
})
beforeEach(() => {
  heard.length = 0
  answer = 'accept'
})
afterAll(() => server.close())

const region = 'eu-north-1'
const credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'a+b/c==',
}
const send = () => sesSendEmail(new DynamoDBClient({ region, credentials }), new URL(endpoint))
const request: SendEmailRequest = {
  FromEmailAddress: '"Nordlys" <choices@nordlys.example>',
  ReplyToAddresses: ['privacy@nordlys.example'],
  Destination: { ToAddresses: ['kari@example.org'] },
  ConfigurationSetName: 'letters',
  Content: {
    Simple: {
      Subject: { Data: 'Blåbær – “ja”', Charset: 'UTF-8' },
      Body: { Html: { Data: '<p>å</p>' }, Text: { Data: 'å' } },
      Headers: [{ Name: 'List-Id', Value: 'Nyhetsbrev <newsletter.nordlys.example>' }],
    },
  },
}

describe('one mail to SES', () => {
  it('is the call that AWS’s own client makes, and signed as AWS checks it', async () => {
    vi.useFakeTimers({ now: new Date('2026-11-23T12:00:00Z'), toFake: ['Date'] })
    try {
      await send()(request)
      const theirs = new SESv2Client({ region, credentials, endpoint, maxAttempts: 1 })
      await theirs.send(new SendEmailCommand(request))
    } finally {
      vi.useRealTimers()
    }
    const [ours, sdk] = heard
    expect(ours?.method).toBe(sdk?.method)
    expect(ours?.url).toBe(sdk?.url)
    expect(JSON.parse(ours?.body ?? '')).toEqual(JSON.parse(sdk?.body ?? '{}'))
    for (const header of ['content-type', 'x-amz-date', 'x-amz-security-token']) {
      expect(ours?.headers[header]).toBe(sdk?.headers[header])
    }
    expect(ours?.headers.authorization).toBe(authorization(ours!))
    expect(sdk?.headers.authorization).toBe(authorization(sdk!))
  })

  it.each([400, 403, 429, 500, 503])('has surely not left when SES answers %i', async (status) => {
    answer = status
    const fault = await send()(request).catch((error: unknown) => error)
    expect(surelyNotSent(fault)).toBe(true)
    expect(heard).toHaveLength(1)
  })

  it('may have left when the connection is cut, and is not repeated', async () => {
    answer = 'cut'
    const fault = await send()(request).catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(Error)
    expect(surelyNotSent(fault)).toBe(false)
    expect(heard).toHaveLength(1)
  })

  it('has surely not left when nothing listens', async () => {
    const closed = createServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const nobody = new URL(`http://127.0.0.1:${Object(closed.address()).port}`)
    await new Promise((resolve) => closed.close(resolve))
    const unheard = sesSendEmail(new DynamoDBClient({ region, credentials }), nobody)
    const fault = await unheard(request).catch((error: unknown) => error)
    expect(surelyNotSent(fault)).toBe(true)
  })
})

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/**
 * What the call's `authorization` has to be, worked out anew from the other headers that it says it
 * signed (AWS Signature Version 4).
 */
function authorization({ method, url, headers, body }: Heard): string {
  const signed = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1] ?? ''
  expect(signed.split(';')).toEqual(
    expect.arrayContaining(['content-type', 'host', 'x-amz-content-sha256', 'x-amz-date']),
  )
  expect(headers['x-amz-content-sha256']).toBe(sha256(body))
  const lines = signed.split(';').map((name) => `${name}:${headers[name]}\n`)
  const canonical = [method, url, '', lines.join(''), signed, sha256(body)].join('\n')
  const at = String(headers['x-amz-date'])
  const scope = `${at.slice(0, 8)}/${region}/ses/aws4_request`
  const hmac = (key: string | Buffer, text: string) =>
    createHmac('sha256', key).update(text).digest()
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${credentials.secretAccessKey}`)
  const text = ['AWS4-HMAC-SHA256', at, scope, sha256(canonical)].join('\n')
  const signature = hmac(key, text).toString('hex')
  return `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`
}
