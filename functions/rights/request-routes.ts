import type * as v from 'valibot'
import { sessionBearer } from '../contact/bearer.ts'
import { copyEnd } from '../contact/copy-end.ts'
import { type RightsRequest, readOwnRequest, readOwnRequests } from '../contact/request-record.ts'
import { type HttpAnswer, type HttpEvent, json, parseBody, type Route } from '../platform/http.ts'
import { Problem } from '../platform/problem.ts'
import { ask, askSchema } from './ask.ts'
import { copyLink } from './copy-link.ts'
import { requestView } from './request-view.ts'
import type { RightsDesk } from './rights-desk.ts'

/** Rights exercised from a session, and how each stands (RIGHT-01). */
export function requestRoutes(desk: RightsDesk): Route[] {
  return [
    { method: 'POST', path: '/api/requests', handle: (event) => receive(desk, event) },
    { method: 'GET', path: '/api/requests', handle: (event) => list(desk, event) },
    { method: 'GET', path: '/api/requests/{id}', handle: (event) => show(desk, event) },
    { method: 'POST', path: '/api/requests/{id}', handle: (event) => confirm(desk, event) },
  ]
}

async function receive(desk: RightsDesk, event: HttpEvent): Promise<HttpAnswer> {
  const { store, log, clock } = desk
  const now = clock()
  const body = parseBody(askSchema, event.body)
  const contact = await sessionBearer(store, event, now)
  log.info('request received', { kind: body.kind })
  const request = await ask(desk, { contact, body, now })
  if (request === undefined) throw new Problem(401, 'unauthorised')
  await mailReceipt(desk, request)
  return json(202, requestView(request))
}

/**
 * What came by letter or telephone was really theirs: from here on it is carried out as if it had been
 * asked for here (RIGHT-04). They say once more what it is, so that no one confirms what they did not read.
 */
async function confirm(desk: RightsDesk, event: HttpEvent): Promise<HttpAnswer> {
  const { store, log, clock } = desk
  const now = clock()
  const body = parseBody(askSchema, event.body)
  const contact = await sessionBearer(store, event, now)
  const { contactId } = contact
  const id = event.pathParameters?.id ?? ''
  const registered = await readOwnRequest(store.tables, contactId, { id, now })
  if (registered === undefined) throw new Problem(404, 'not-found')
  if (!isSame(registered, body)) throw new Problem(409, 'not-available')
  log.info('request confirmed', { kind: body.kind })
  const request = await ask(desk, { contact, body, now, registered })
  if (request === undefined) throw new Problem(409, 'not-available')
  await mailReceipt(desk, request)
  return json(202, requestView(request))
}

type Body = v.InferOutput<typeof askSchema>

function isSame({ kind, status, detail }: RightsRequest, body: Body): boolean {
  if (kind !== body.kind || (status !== 'awaiting-identity' && status !== 'received')) return false
  return body.kind === 'objection' ? body.to === detail : !('lift' in body && body.lift)
}

/**
 * The receipt (RIGHT-01). What was asked is stored by now, so a queue that is down must not make the
 * answer say otherwise; the page shows the same. Of an erasure the notice is the letter (RIGHT-12).
 */
async function mailReceipt(
  { letters, log }: RightsDesk,
  { kind, id }: RightsRequest,
): Promise<void> {
  if (kind === 'erasure') return
  try {
    await letters({ kind: 'request', about: 'standing', requestId: id })
  } catch (fault) {
    log.fault('a receipt could not be asked for', fault, { requestId: id })
  }
}

async function list({ store, clock }: RightsDesk, event: HttpEvent): Promise<HttpAnswer> {
  const now = clock()
  const { contactId } = await sessionBearer(store, event, now)
  const requests = await readOwnRequests(store.tables, contactId, now)
  const held = (request: RightsRequest): { copyUntil?: string } => {
    const end = copyEnd(request)
    return end === undefined || end <= now ? {} : { copyUntil: end.toISOString() }
  }
  return json(200, { requests: requests.map((each) => ({ ...requestView(each), ...held(each) })) })
}

async function show({ store, clock }: RightsDesk, event: HttpEvent): Promise<HttpAnswer> {
  const now = clock()
  const contact = await sessionBearer(store, event, now)
  const id = event.pathParameters?.id ?? ''
  const request = await readOwnRequest(store.tables, contact.contactId, { id, now })
  if (request === undefined) throw new Problem(404, 'not-found')
  const copy = await copyLink(store, { request, contact, now })
  return json(200, { ...requestView(request), ...copy })
}
