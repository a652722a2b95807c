import { createHash } from 'node:crypto'
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import type { Context, SQSEvent } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ssmKeys } from '../../../functions/platform/keyring.ts'
import { originSecret } from '../../../infra/origin-secret.ts'
import { type Office, openOffice } from './office.ts'

type Answer = { statusCode: number; headers: Record<string, string>; body: string }
type Handler = (event: unknown, context: Context) => Promise<Answer>

let office: Office
let staffApi: Handler
let cdn: string
let exportAudience: (event: SQSEvent) => Promise<{ batchItemFailures: unknown[] }>

beforeAll(async () => {
  office = await openOffice({ keys: true })
  const path = office.local.env('staff-api').KEY_PATH ?? ''
  cdn = await originSecret(ssmKeys(office.local.ssm, path, () => new Date()))
  const environ = (name: string) => {
    for (const [variable, value] of Object.entries(office.local.env(name))) {
      if (variable !== 'PATH') vi.stubEnv(variable, value)
    }
  }
  // Metrics then go to the console that a test can listen to.
  vi.stubEnv('POWERTOOLS_DEV', 'true')
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false')
  environ('staff-api')
  staffApi = (await import('../../../functions/entry/staff-api.ts')).handler as never
  environ('export-audience')
  exportAudience = (await import('../../../functions/entry/export-audience.ts')).handler as never
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await office.stop()
})

/** Both entries live in this process: their clients take the name of whoever uses them first. */
const callsAs = (name: string) =>
  vi.stubEnv('AWS_ACCESS_KEY_ID', office.local.env(name).AWS_ACCESS_KEY_ID)

async function call(
  route: string,
  {
    roles = '[marketing]',
    body,
    claims,
  }: { roles?: string; body?: unknown; claims?: unknown } = {},
): Promise<{ status: number; headers: Record<string, string>; body: Record<string, unknown> }> {
  const [method = '', path = ''] = route.split(' ')
  callsAs('staff-api')
  const answer = await staffApi(
    {
      version: '2.0',
      routeKey: route,
      rawPath: path,
      rawQueryString: '',
      headers: {
        'origin-secret': cdn,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      requestContext: {
        http: { method, path },
        authorizer: { jwt: { claims: claims ?? { sub: 'kari', roles }, scopes: null } },
      },
      isBase64Encoded: false,
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    },
    {} as Context,
  )
  const { statusCode: status, headers } = answer
  return { status, headers, body: JSON.parse(answer.body) }
}

/** What SQS would do: hands the function one message after another until none is left. */
async function workOff(): Promise<void> {
  const { EXPORT_QUEUE_URL: QueueUrl } = office.local.env('export-audience')
  for (;;) {
    const { Messages = [] } = await office.local.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    )
    if (Messages.length === 0) return
    const Records = Messages.map(({ Body, MessageId }) => ({
      body: Body,
      messageId: MessageId,
      attributes: { ApproximateReceiveCount: '1' },
    }))
    callsAs('export-audience')
    const { batchItemFailures } = await exportAudience({ Records } as unknown as SQSEvent)
    expect(batchItemFailures).toEqual([])
  }
}

const wanted = { topic: 'newsletter', purpose: 'newsletter', recipient: 'crm', format: 'csv' }
const order = async (): Promise<string> => {
  const { status, body } = await call('POST /staff/exports', { body: wanted })
  expect(status).toBe(202)
  return String(body.id)
}

describe('staff order, watch and fetch an export', () => {
  it('EXP-02 EXP-05 from the order to the file, audited and counted', async () => {
    await office.add({ email: 'reader@example.org' })
    const id = await order()
    const path = `/staff/exports/${id}`

    const running = await call(`GET ${path}`)
    expect(running.body).toMatchObject({
      id,
      state: 'running',
      ...wanted,
      progress: { done: 0, of: 64 },
    })
    expect(running.body).not.toHaveProperty('rows')
    expect(await call(`GET ${path}/file`)).toMatchObject({
      status: 409,
      body: { code: 'not-ready', state: 'running' },
    })

    await workOff()
    const ready = await call(`GET ${path}`)
    expect(ready.body).toMatchObject({ state: 'ready', rows: 1, progress: { done: 64, of: 64 } })
    const { manifest, sha256 } = await office.result(id)
    expect(ready.body).toMatchObject({
      sha256,
      asOf: manifest.asOf,
      expiresAt: manifest.expiresAt,
    })

    const printed = vi.spyOn(console, 'log').mockImplementation(() => {})
    const file = await call(`GET ${path}/file`)
    const counted = printed.mock.calls.map(([line]) => JSON.parse(String(line)))
    printed.mockRestore()
    expect(file.status).toBe(200)
    expect(counted).toMatchObject([{ AudienceRowsDownloaded: 1 }])
    expect(JSON.stringify(counted)).not.toContain('reader')

    const fetched = await fetch(String(file.body.url))
    expect(fetched.status).toBe(200)
    const bytes = Buffer.from(await fetched.arrayBuffer())
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256)
    const seconds = (Date.parse(String(file.body.expiresAt)) - Date.now()) / 1000
    expect(seconds).toBeGreaterThan(50)
    expect(seconds).toBeLessThanOrEqual(60)
    expect(new URL(String(file.body.url)).searchParams.get('X-Amz-Expires')).toBe('60')

    expect(await office.audit(id)).toMatchObject([
      { action: 'export-requested', staff: 'kari' },
      { action: 'export-finished', staff: 'kari' },
      { action: 'export-downloaded', staff: 'kari', details: { ...wanted, rows: 1, sha256 } },
    ])
  })

  it('EXP-05 an expired file is no longer handed out', async () => {
    const id = await order()
    await workOff()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 25 * 3_600_000 })
    const status = await call(`GET /staff/exports/${id}`)
    const file = await call(`GET /staff/exports/${id}/file`)
    vi.useRealTimers()
    expect(status.body.state).toBe('expired')
    expect(file).toMatchObject({ status: 410, body: { code: 'expired' } })
    expect(await office.audit(id)).toHaveLength(2)
  })

  it('SEC-06 nothing of it may be kept or framed by anyone between', async () => {
    const { headers } = await call('POST /staff/exports', { body: wanted })
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    })
  })
})

describe('an order is refused', () => {
  it.each([
    [{ topic: 'sweepstakes' }, 'unknown-purpose', 'topic', 'newsletter'],
    [{ purpose: 'world-domination' }, 'unknown-purpose', 'purpose', 'calls'],
    [{ recipient: 'broker' }, 'undeclared-recipient', 'recipient', 'event-desk'],
    [{ recipient: 'event-desk', purpose: 'calls' }, 'undeclared-recipient', 'recipient', 'crm'],
  ])('EXP-01 with %j: %s', async (change, code, field, declared) => {
    const answer = await call('POST /staff/exports', { body: { ...wanted, ...change } })
    expect(answer).toMatchObject({
      status: 400,
      headers: { 'Content-Type': 'application/problem+json' },
      body: { code, field },
    })
    expect(answer.body.declared).toContain(declared)
  })

  it.each([
    [{ ...wanted, format: 'xlsx' }, 400],
    [{ ...wanted, columns: ['phone'] }, 400],
    [{ topic: 'newsletter' }, 400],
    [[wanted], 400],
    ['{"topic":', 400],
    [undefined, 415],
    [{ ...wanted, topic: 'x'.repeat(20_000) }, 413],
  ])('with the body %j', async (body, status) => {
    expect((await call('POST /staff/exports', { body })).status).toBe(status)
  })
})

describe('EXP-05 only the right roles', () => {
  it('may order and fetch: marketing; may watch: every role', async () => {
    const id = await order()
    const allowed = async (roles: string) => [
      (await call('POST /staff/exports', { roles, body: wanted })).status,
      (await call(`GET /staff/exports/${id}`, { roles })).status,
      (await call(`GET /staff/exports/${id}/file`, { roles })).status,
    ]
    expect(await allowed('[marketing]')).toEqual([202, 200, 409])
    expect(await allowed('[viewer marketing]')).toEqual([202, 200, 409])
    expect(await allowed('[privacy]')).toEqual([403, 200, 403])
    expect(await allowed('[viewer]')).toEqual([403, 200, 403])
    for (const roles of ['[]', '[marketingx]', '[admin]', '[mar keting]', '']) {
      expect(await allowed(roles)).toEqual([403, 403, 403])
    }
    expect(
      (await call(`GET /staff/exports/${id}`, { claims: { roles: '[marketing]' } })).status,
    ).toBe(401)
  })

  it('learn nothing of an export by its id without them', async () => {
    const unknown = '/staff/exports/00000000-0000-7000-8000-000000000000'
    expect((await call(`GET ${unknown}`, { roles: '[x]' })).status).toBe(403)
    expect((await call(`GET ${unknown}`)).status).toBe(404)
    expect((await call(`GET ${unknown}/file`)).status).toBe(404)
    expect((await call('GET /staff/exports/X')).status).toBe(404)
    expect((await call('DELETE /staff/exports')).status).toBe(404)
  })
})
