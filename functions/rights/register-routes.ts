import * as v from 'valibot'
import {
  openRequests,
  type Page,
  type RightsRequest,
  readRequest,
  requestsOf,
} from '../contact/request-record.ts'
import { readSaid } from '../contact/request-words.ts'
import { type HttpAnswer, type HttpEvent, json, parseBody, type Route } from '../platform/http.ts'
import { idPattern } from '../platform/id.ts'
import { Problem } from '../platform/problem.ts'
import { staffOf } from '../platform/staff.ts'
import type { RegisterDesk } from './register-desk.ts'
import { type EntryOutcome, entrySchema, registerRequest } from './register-entry.ts'
import { type StepOutcome, staffStepSchema, takeStep } from './register-step.ts'
import { registerDetail, registerView } from './register-view.ts'

export type RegisterRoutes = RegisterDesk & { rolesClaim: string }

const onePage = 50

/** The register of rights exercised, for whoever answers them (RIGHT-01). */
export function registerRoutes(desk: RegisterRoutes): Route[] {
  const staff = (event: HttpEvent) => staffOf(event, desk.rolesClaim, ['privacy'])
  return [
    {
      method: 'GET',
      path: '/staff/requests',
      handle: async (event) => {
        staff(event)
        const { items, next } = await pageOf(desk, event)
        return json(200, { requests: items.map(registerView), next })
      },
    },
    {
      method: 'POST',
      path: '/staff/requests',
      handle: async (event) => {
        const { id } = staff(event)
        return entryAnswer(await registerRequest(desk, id, parseBody(entrySchema, event.body)))
      },
    },
    {
      method: 'GET',
      path: '/staff/requests/{id}',
      handle: async (event) => {
        staff(event)
        const request = await readRequest(desk.tables, requestIdOf(event), desk.clock())
        if (request === undefined) throw new Problem(404, 'not-found')
        return json(200, registerDetail(request, await readSaid(desk, request)))
      },
    },
    {
      method: 'POST',
      path: '/staff/requests/{id}/steps',
      handle: async (event) => {
        const { id } = staff(event)
        const by = { id: requestIdOf(event), staff: id }
        return stepAnswer(await takeStep(desk, by, parseBody(staffStepSchema, event.body)))
      },
    },
  ]
}

/** The id in the path. @throws {Problem} 404 for anything else. */
function requestIdOf(event: HttpEvent): string {
  const id = event.pathParameters?.id ?? ''
  if (!idPattern.test(id)) throw new Problem(404, 'not-found')
  return id
}

const pagingSchema = v.object({
  /** The month in which it was entered; left out, what is open is listed by when it is due. */
  entered: v.optional(v.pipe(v.string(), v.regex(/^\d{4}-(0[1-9]|1[0-2])$/))),
  after: v.optional(v.pipe(v.string(), v.regex(/^[\dT:.Z#a-f-]{1,80}$/))),
})

/** @throws {Problem} 400 for a month that is none, or a place that no page ended at. */
function pageOf(
  { tables, clock }: RegisterDesk,
  { queryStringParameters }: HttpEvent,
): Promise<Page<RightsRequest>> {
  const wanted = v.safeParse(pagingSchema, queryStringParameters ?? {})
  if (!wanted.success) throw new Problem(400, 'invalid-request', { field: 'after' })
  const { entered, after } = wanted.output
  const paging = { after, limit: onePage, now: clock() }
  return entered === undefined ? openRequests(tables, paging) : requestsOf(tables, entered, paging)
}

function entryAnswer(outcome: EntryOutcome): HttpAnswer {
  switch (outcome.kind) {
    case 'registered': {
      const { request, letter } = outcome
      // RIGHT-04: that nobody could be found is said, so that they can be asked for more.
      const identified = request.contactId !== undefined
      return json(201, { ...registerView(request), identified, letter })
    }
    case 'no-such-time':
      throw new Problem(400, 'invalid-request', { field: 'receivedAt' })
    case 'being-erased':
      throw new Problem(409, 'not-available', { because: 'being-erased' })
  }
}

function stepAnswer(outcome: StepOutcome): HttpAnswer {
  switch (outcome.kind) {
    case 'taken': {
      const { request, letter } = outcome
      return json(202, { ...registerView(request), letter })
    }
    case 'unknown':
      throw new Problem(404, 'not-found')
    case 'not-now':
      throw new Problem(409, 'not-available', { request: registerView(outcome.request) })
  }
}
