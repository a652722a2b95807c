import { createServer, type Server } from 'node:http'
import type { SendEmailRequest } from '@aws-sdk/client-sesv2'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sesSendEmail, surelyNotSent } from '../../../functions/platform/ses.ts'

type Heard = { method: string; url: string; body: string }
const heard: Heard[] = []
let answer: 'accept' | 'cut' | number = 'accept'
let server: Server
let endpoint: string

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '' } = request
    heard.push({ method, url, body: Buffer.concat(chunks).toString() })
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
const send = () => sesSendEmail({ region, credentials, endpoint })
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
  it('is asked for once, whole', async () => {
    await send()(request)
    expect(heard).toHaveLength(1)
    const [call] = heard
    expect(call).toMatchObject({ method: 'POST', url: '/v2/email/outbound-emails' })
    expect(JSON.parse(call?.body ?? '')).toEqual(request)
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
    const nobody = `http://127.0.0.1:${Object(closed.address()).port}`
    await new Promise((resolve) => closed.close(resolve))
    const unheard = sesSendEmail({ region, credentials, endpoint: nobody })
    const fault = await unheard(request).catch((error: unknown) => error)
    expect(surelyNotSent(fault)).toBe(true)
  })
})
