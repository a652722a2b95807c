import * as v from 'valibot'
import { sessionBearer } from '../contact/bearer.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { type HttpAnswer, type HttpEvent, json, parseBody, type Route } from '../platform/http.ts'
import type { Log } from '../platform/log.ts'
import { Problem } from '../platform/problem.ts'
import type { Send } from '../platform/queue.ts'
import { beginErasure } from './erase.ts'
import { object } from './object.ts'
import { readRequest, requestKinds } from './request.ts'
import type { RequestMessage } from './request-message.ts'

export type RightsDeps = {
  store: ContactStore
  requests: Send<RequestMessage>
  log: Log
  clock: () => Date
}

/** Rights exercised from a session, and how each stands (RIGHT-01). */
export function requestRoutes(deps: RightsDeps): Route[] {
  return [
    { method: 'POST', path: '/api/requests', handle: (event) => receive(deps, event) },
    { method: 'GET', path: '/api/requests/{id}', handle: (event) => show(deps, event) },
  ]
}

const requestSchema = v.strictObject({ kind: v.picklist(requestKinds) })

async function receive(deps: RightsDeps, event: HttpEvent): Promise<HttpAnswer> {
  const { store, requests, log, clock } = deps
  const now = clock()
  const { kind } = parseBody(requestSchema, event.body)
  const { contactId } = await sessionBearer(store, event, now)
  log.info('request received', { kind })
  switch (kind) {
    case 'erasure': {
      const request = await beginErasure(store, contactId, { requests, now })
      if (request === undefined) throw new Problem(401, 'unauthorised')
      return json(202, request)
    }
    case 'objection': {
      const request = await object(store, contactId, now)
      if (request === undefined) throw new Problem(401, 'unauthorised')
      return json(202, request)
    }
    case 'access':
    case 'rectification':
    case 'restriction':
      // Answered by people, at the address that the page and the notice name.
      throw new Problem(409, 'not-available', { contact: store.policy.controller.email })
  }
}

async function show({ store, clock }: RightsDeps, event: HttpEvent): Promise<HttpAnswer> {
  const { contactId } = await sessionBearer(store, event, clock())
  const request = await readRequest(store.tables, contactId, event.pathParameters?.id ?? '')
  if (request === undefined) throw new Problem(404, 'not-found')
  return json(200, request)
}
