import * as v from 'valibot'
import {
  copySchema,
  type Preferences,
  preferencesSchema,
  type Receipt,
  type Request as RightsRequest,
  receiptSchema,
  requestSchema,
  requestsSchema,
  sessionSchema,
  type Wish,
} from './preferences.ts'

export type Answer<Body> =
  | { readonly kind: 'ok'; readonly body: Body }
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly code: string
      /** What of the body the server would not take. */
      readonly fields: readonly string[]
    }
  /** No answer, or one that is not ours: nothing is known to have changed. */
  | { readonly kind: 'failed' }

type Call = {
  readonly path: string
  readonly method: 'GET' | 'PATCH' | 'POST'
  readonly token?: string | undefined
  readonly body?: unknown
}

const problem = v.object({
  code: v.string(),
  errors: v.optional(v.array(v.object({ field: v.string() })), []),
})

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
    const { code, errors } = v.parse(problem, answer)
    const fields = errors.map(({ field }) => field)
    return { kind: 'refused', status: response.status, code, fields }
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

/** The reader's requests, the latest first; none when there is no answer: the page stands without. */
export async function readRequests(token: string): Promise<readonly RightsRequest[] | undefined> {
  const answer = await call(requestsSchema, { path: '/api/requests', method: 'GET', token })
  return answer.kind === 'ok' ? answer.body.requests : undefined
}

/** Where the copy that answers a request can be fetched; it says nothing once the copy is gone. */
export async function readCopyPath(token: string, id: string): Promise<Answer<string | undefined>> {
  const answer = await call(copySchema, { path: `/api/requests/${id}`, method: 'GET', token })
  return answer.kind === 'ok' ? { kind: 'ok', body: answer.body.copy?.path } : answer
}

/** The signed record of one entry in the history (REC-02). */
export function readReceipt(token: string, id: string): Promise<Answer<Receipt>> {
  return call(receiptSchema, { path: `/api/receipts/${id}`, method: 'GET', token })
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
