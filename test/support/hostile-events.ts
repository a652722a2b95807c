import * as fc from 'fast-check'
import type { RouteGroup } from '../../infra/routes.ts'
import { canary } from './canary.ts'
import { httpEvent } from './http-events.ts'

/** What somebody sends who wants to see something break, or to see what does not concern them. */
const text: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...Object.values(canary)),
  fc.constantFrom(
    '../../../etc/passwd',
    '..%2f..%2f',
    '%00',
    '\u0000',
    '__proto__',
    'constructor',
    'toString',
    '<script>alert(1)</script>',
    "' OR 1=1 --",
    '$(cat /etc/passwd)',
    '{{7*7}}',
    'kari@example.org\r\nBcc: all@example.org',
    '\ud800',
    'A'.repeat(9000),
    '=HYPERLINK("http://evil.example")',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
)

const fields = [
  'email',
  'name',
  'phone',
  'company',
  'title',
  'topics',
  'purposes',
  'locale',
  'form',
]
const others = [
  'choices',
  'undo',
  'kind',
  'token',
  'scope',
  'language',
  'recipient',
  'format',
].concat(
  ['source', 'evidence', 'noticeVersion', 'bytes', 'columns', 'delimiter', 'dryRun'],
  ['step', 'reasons', 'words', 'came', 'receivedAt', 'check'],
)
const name = fc.oneof(
  fc.constantFrom(...fields, ...others, '__proto__', 'constructor', 'prototype', 'hasOwnProperty'),
  text,
)
const scalar = fc.oneof(
  text,
  fc.constantFrom<unknown>(null, true, 0, -0, 1e308, Number.MAX_SAFE_INTEGER, '', [], {}),
)
const value = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 4 }),
  fc.array(fc.tuple(name, scalar), { maxLength: 4 }).map((pairs) => unsafeObject(pairs)),
)

/** As `JSON.parse` makes it: `__proto__` is a property of its own. */
function unsafeObject(pairs: readonly (readonly [string, unknown])[]): unknown {
  const written = pairs.map(([key, one]) => `${JSON.stringify(key)}:${JSON.stringify(one)}`)
  return JSON.parse(`{${written.join(',')}}`)
}

const deep = (open: string, close: string) => open.repeat(4000) + close.repeat(4000)
const json = fc.oneof(
  fc
    .array(fc.tuple(name, value), { maxLength: 6 })
    .map((pairs) => JSON.stringify(unsafeObject(pairs))),
  fc.constantFrom(
    deep('[', ']'),
    deep('{"a":', '}'),
    '{"__proto__":{"roles":["marketing"]}}',
    '{',
    'null',
  ),
)
const form = fc
  .array(fc.tuple(name, text), { maxLength: 6 })
  .map((pairs) => pairs.map(([key, one]) => `${escaped(key)}=${escaped(one)}`).join('&'))
const escaped = (raw: string): string => encodeURIComponent(raw.toWellFormed())

const body = fc.oneof(
  json,
  form,
  text,
  fc.constantFrom('x'.repeat(100_000), '%E0%A4%A&%&=&[a]=1', '--b\r\nContent-Disposition: x'),
)
const encoded = fc.oneof(
  body.map((one) => Buffer.from(one).toString('base64')),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  fc.constantFrom('not base64 at all!', '====', 'w7=', '/w=='),
)
const contentType = fc.constantFrom(
  'application/json',
  'application/json; charset=utf-16',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=b',
  'multipart/form-data',
  'text/plain',
  ';;;',
  'application/json, text/html',
)

/** A header's name and value as HTTP lets them pass. */
const header = fc.tuple(
  fc.constantFrom(
    'accept-language',
    'cookie',
    'origin',
    'x-forwarded-for',
    'host',
    'user-agent',
    '__proto__',
  ),
  text.map((one) => one.replace(/[^\x20-\x7e]/g, '')),
)

export type Believed = { cdn: string; tokens: readonly string[] }

/** A request of a group's routes as the gateway would really pass it on, whatever stands in it. */
export function hostileRequest(
  { routes, trust }: RouteGroup,
  { cdn, tokens }: Believed,
): fc.Arbitrary<unknown> {
  const token = fc.oneof(fc.constantFrom(...tokens), text)
  return fc
    .record({
      route: fc.constantFrom(...routes),
      token,
      bearer: fc.option(token, { nil: undefined }),
      type: fc.option(contentType, { nil: undefined }),
      headers: fc.array(header, { maxLength: 3 }),
      query: fc.option(
        fc.tuple(fc.constantFrom('lang', 'format', 'after', 'entered', '__proto__'), text),
        {
          nil: undefined,
        },
      ),
      payload: fc.oneof(
        body.map((sent) => ({ body: sent, isBase64Encoded: false })),
        encoded.map((sent) => ({ body: sent, isBase64Encoded: true })),
        fc.constant({ isBase64Encoded: false }),
      ),
      roles: fc.option(fc.oneof(fc.constantFrom('[marketing]', '[privacy]'), text), {
        nil: undefined,
      }),
    })
    .map((drawn) => {
      const [method = '', pattern = ''] = drawn.route.split(' ')
      const path = pattern.replace(/\{\w+\}/g, () => drawn.token)
      const event = httpEvent(method, path, {
        headers: {
          'origin-secret': cdn,
          'viewer-ip': canary.ip,
          ...Object.fromEntries(drawn.headers),
          ...(drawn.type === undefined ? {} : { 'content-type': drawn.type }),
          ...(drawn.bearer === undefined ? {} : { authorization: `Bearer ${drawn.bearer}` }),
        },
        ...(path === pattern ? {} : { pathParameters: parametersOf(drawn.token) }),
        ...(drawn.query && { queryStringParameters: Object.fromEntries([drawn.query]) }),
        ...drawn.payload,
      })
      if (trust !== 'staff') return event
      const claims = { sub: 'kari', ...(drawn.roles === undefined ? {} : { roles: drawn.roles }) }
      const authorizer = { jwt: { claims, scopes: null } }
      return { ...event, requestContext: { ...event.requestContext, authorizer } }
    })
}

const parametersOf = (token: string) => ({ token, id: token, n: token, file: `${token}.gif` })

/** An event in which one thing is missing or is something else: what no gateway sends. */
export function brokenEvent(whole: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(whole, fc.nat(), fc.constantFrom<unknown>(undefined, null, 7, '', [], {}, 'x', [[]]))
    .map(([event, place, instead]) => {
      const copy = structuredClone(event)
      const places = placesIn(copy)
      const at = places[place % places.length]
      if (at !== undefined) at.within[at.key] = instead
      return copy
    })
}

type Place = { within: Record<string, unknown>; key: string }
function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return []
  const within = value as Record<string, unknown>
  return Object.keys(within).flatMap((key) => [{ within, key }, ...placesIn(within[key])])
}

/** A batch whose messages are junk, nearly ours, or about somebody who is not there. */
export function hostileBatch(messages: readonly Record<string, unknown>[]): fc.Arbitrary<{
  Records: { messageId: string }[]
}> {
  const spoiled = fc
    .tuple(fc.constantFrom(...messages), name, value)
    .map(([message, key, one]) => JSON.stringify({ ...message, [key]: one }))
  const swapped = fc
    .tuple(fc.constantFrom(...messages), fc.nat(), value)
    .map(([message, place, one]) => {
      const keys = Object.keys(message)
      return JSON.stringify({ ...message, [keys[place % keys.length] ?? '']: one })
    })
  const messageBody = fc.oneof(spoiled, swapped, json, text)
  const sentAt = fc.constantFrom(String(Date.now()), '0', 'never', '')
  return fc.array(fc.tuple(messageBody, sentAt), { minLength: 1, maxLength: 4 }).map((drawn) => ({
    Records: drawn.map(([sent, SentTimestamp], index) => ({
      messageId: `message-${index}`,
      receiptHandle: `receipt-${index}`,
      body: sent,
      attributes: { SentTimestamp, ApproximateReceiveCount: '1' },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-north-1:000000000000:queue',
      awsRegion: 'eu-north-1',
    })),
  }))
}
