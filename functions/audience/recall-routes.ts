import * as v from 'valibot'
import { csvLines } from '../platform/csv.ts'
import { type HttpAnswer, type HttpEvent, json, parseBody, type Route } from '../platform/http.ts'
import { Problem } from '../platform/problem.ts'
import { staffOf } from '../platform/staff.ts'
import { acknowledge } from './acknowledge.ts'
import { type Delta, deltaOf } from './delta.ts'
import type { DownloadDesk } from './export-download.ts'
import { exportIdOf } from './export-status.ts'
import type { RecallDesk } from './recall.ts'

const acknowledgement = v.strictObject({ cursor: v.pipe(v.string(), v.maxLength(200)) })

/** For the recipient of a file: whom to drop or correct, and that it is done (EXP-04, art. 19). */
export function recallRoutes(desk: RecallDesk & DownloadDesk & { rolesClaim: string }): Route[] {
  const staff = (event: HttpEvent) => staffOf(event, desk.rolesClaim, ['marketing', 'privacy'])
  return [
    {
      method: 'GET',
      path: '/staff/exports/{id}/delta',
      handle: async (event) => {
        staff(event)
        const exportId = exportIdOf(event)
        const delta = await deltaOf(desk, exportId, event.queryStringParameters?.cursor)
        return deltaAnswer(exportId, delta, /\btext\/csv\b/.test(event.headers.accept ?? ''))
      },
    },
    {
      method: 'POST',
      path: '/staff/exports/{id}/acknowledgements',
      handle: async (event) => {
        const { id } = staff(event)
        const { cursor } = parseBody(acknowledgement, event.body)
        const { kind } = await acknowledge(desk, id, { exportId: exportIdOf(event), cursor })
        if (kind === 'acknowledged') return json(200, { acknowledged: cursor })
        throw refusal(kind)
      },
    },
  ]
}

function deltaAnswer(exportId: string, delta: Delta, asCsv: boolean): HttpAnswer {
  if (delta.kind !== 'changes') throw refusal(delta.kind)
  const { record, changes, cursor, more } = delta
  if (!asCsv) {
    const { topic, purpose, recipient } = record.criteria
    const asOf = record.file?.asOf
    return json(200, { id: exportId, topic, purpose, recipient, asOf, changes, cursor, more })
  }
  const rows = changes.map(({ ref, change, at }) => [ref, change, at])
  const next = `</staff/exports/${exportId}/delta?cursor=${cursor}>; rel="next"`
  return {
    statusCode: 200,
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      ...(cursor === undefined ? {} : { link: next }),
    },
    body: csvLines([['ref', 'change', 'at'], ...rows]),
  }
}

function refusal(kind: 'unknown' | 'not-ready' | 'expired' | 'bad-cursor'): Problem {
  switch (kind) {
    case 'unknown':
      return new Problem(404, 'not-found')
    case 'not-ready':
      return new Problem(409, 'not-ready')
    case 'expired':
      return new Problem(410, 'expired')
    case 'bad-cursor':
      return new Problem(400, 'invalid-request', { field: 'cursor' })
  }
}
