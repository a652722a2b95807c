import * as v from 'valibot'
import {
  type Preferences,
  preferencesSchema,
  type Request as RightsRequest,
  requestSchema,
  requestsSchema,
  sessionSchema,
  type Waiting,
  type Wish,
} from './preferences.ts'

export type Answer<Body> =
  | { readonly kind: 'ok'; readonly body: Body }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string }
  /** No answer, or one that is not ours: nothing is known to have changed. */
  | { readonly kind: 'failed' }

type Call = {
  readonly path: string
  readonly method: 'GET' | 'PATCH' | 'POST'
  readonly token?: string | undefined
  readonly body?: unknown
}

const problem = v.object({ code: v.string() })

async function call<Body>(
  schema: v.GenericSchema<unknown, Body>,
  { path, method, token, body }: Call,
): Promise<Answer<Body>> {
  try {
    const response = await fetch(path, {
      method,
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer: unknown = await response.json()
    if (response.ok) return { kind: 'ok', body: v.parse(schema, answer) }
    return { kind: 'refused', status: response.status, code: v.parse(problem, answer).code }
  } catch {
    return { kind: 'failed' }
  }
}

export function readPreferences(token: string): Promise<Answer<Preferences>> {
  return call(preferencesSchema, { path: '/api/preferences', method: 'GET', token })
}

/** Changes only what is named; `undo` takes back the turn-off that gave the token. */
export function changePreferences(
  token: string,
  body: Wish | { readonly undo: string },
): Promise<Answer<Preferences>> {
  return call(preferencesSchema, { path: '/api/preferences', method: 'PATCH', token, body })
}

/** Exchanges a mailed link, once, for an hour's session. */
export function openSession(token: string): Promise<Answer<{ token: string }>> {
  return call(sessionSchema, { path: '/api/sessions', method: 'POST', token })
}

/**
 * Exercises a right; the answer is its receipt (RIGHT-01).
 * @param id of a request that waits for its person to say that it was them.
 */
export function requestRight(
  token: string,
  body: Readonly<Record<string, unknown>>,
  id?: string,
): Promise<Answer<RightsRequest>> {
  const path = id === undefined ? '/api/requests' : `/api/requests/${id}`
  return call(requestSchema, { path, method: 'POST', token, body })
}

/** What waits for its person, of what the page can do; a correction is written, not confirmed. */
export async function readWaiting(token: string): Promise<readonly Waiting[]> {
  const answer = await call(requestsSchema, { path: '/api/requests', method: 'GET', token })
  if (answer.kind !== 'ok') return []
  return answer.body.requests.filter(
    ({ kind, status }) => status === 'awaiting-identity' && kind !== 'rectification',
  )
}

/** Mails a link to the address typed, or to the one behind a newsletter's token. */
export function mailLink(
  to: { readonly email: string } | { readonly token: string },
): Promise<Answer<unknown>> {
  const call_ = { path: '/api/links', method: 'POST' } as const
  return 'token' in to
    ? call(v.unknown(), { ...call_, token: to.token })
    : call(v.unknown(), { ...call_, body: to })
}
