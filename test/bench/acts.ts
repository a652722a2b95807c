import type { OpenContact } from '../../functions/contact/contact.ts'
import { noCampaign, unsubscribeToken } from '../../functions/platform/token-bodies.ts'
import { apiEvent } from '../../infra/local/http-api-event.ts'
import { fixedKey } from '../support/fixed-keys.ts'
import type { BenchCloud } from './bench-cloud.ts'

/** What a person does, as the events that API Gateway makes of it. */
export type Act = {
  name: string
  functionName: string
  /** What each answer must be; anything else is no measurement. */
  status: number
  /** AWS calls that one such act may make (keys apart). */
  calls: number
  /** One event for each person, each good for one use. */
  events: (people: readonly OpenContact[]) => Promise<string[]>
}

export type HttpCall = {
  method: string
  routeKey: string
  path: string
  parameters?: Record<string, string>
  headers?: Record<string, string>
  body?: string
  jwt?: { claims: Record<string, string>; scopes: null }
}

/** A request as a browser sends it and the CDN passes it on. */
export function httpEvent(call: HttpCall): string {
  const { method, path, routeKey, parameters = {}, headers = {}, body = '', jwt } = call
  const request = {
    method,
    path,
    query: '',
    headers: new Map(Object.entries({ ...browserHeaders, ...headers })),
    sourceIp: '203.0.113.7',
    body: Buffer.from(body),
  }
  const domainName = 'abcdefghij.execute-api.eu-north-1.amazonaws.com'
  const route = { apiId: 'abcdefghij', domainName, routeKey, parameters, jwt }
  return JSON.stringify(apiEvent(request, route, new Date()))
}

const browserHeaders = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'accept-encoding': 'gzip, br',
  'accept-language': 'nb-NO,nb;q=0.9,en;q=0.8',
  'cloudfront-viewer-address': '203.0.113.7:51234',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'origin-secret': Buffer.from(fixedKey('origin').bytes).toString('base64url'),
  via: '2.0 d111111abcdef8.cloudfront.net (CloudFront)',
  'x-amz-cf-id': 'Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYg==',
  'x-forwarded-for': '203.0.113.7',
  'x-forwarded-port': '443',
  'x-forwarded-proto': 'https',
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }

export function measuredActs({ keys }: BenchCloud): Act[] {
  const link = (contactId: string) =>
    unsubscribeToken.mint(keys, { contactId, topic: 'newsletter', campaign: noCampaign })
  return [
    {
      name: 'one-click POST /u/{token}',
      functionName: 'unsubscribe',
      status: 200,
      calls: 1,
      events: (people) =>
        Promise.all(
          people.map(async ({ contactId }) => {
            const token = await link(contactId)
            return httpEvent({
              method: 'POST',
              routeKey: 'POST /u/{token}',
              path: `/u/${token}`,
              parameters: { token },
              headers: form,
              body: 'List-Unsubscribe=One-Click',
            })
          }),
        ),
    },
    {
      name: 'page view GET /u/{token}',
      functionName: 'unsubscribe',
      status: 200,
      calls: 1,
      events: (people) =>
        Promise.all(
          people.map(async ({ contactId }) => {
            const token = await link(contactId)
            return httpEvent({
              method: 'GET',
              routeKey: 'GET /u/{token}',
              path: `/u/${token}`,
              parameters: { token },
            })
          }),
        ),
    },
    {
      name: 'sign-up POST /api/subscriptions',
      functionName: 'subscriber-api',
      status: 202,
      calls: 2,
      events: async (people) => people.map(({ identity }) => signUpEvent(identity.email)),
    },
  ]
}

export function signUpEvent(known: string): string {
  const email = `new.${known}`
  return httpEvent({
    method: 'POST',
    routeKey: 'POST /api/subscriptions',
    path: '/api/subscriptions',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({
      email,
      topics: ['newsletter', 'events'],
      purposes: ['open-tracking'],
      locale: 'nb',
      form: 'footer',
      name: 'Ingrid Øvrebø',
      company: 'Fjell og Vidde AS',
    }),
  })
}
