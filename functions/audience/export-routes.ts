import { type HttpAnswer, type HttpEvent, json, parseBody, type Route } from '../platform/http.ts'
import { idPattern } from '../platform/id.ts'
import { Problem } from '../platform/problem.ts'
import { staffOf, staffRoles } from '../platform/staff.ts'
import { criteriaSchema } from './criteria.ts'
import { type Download, type DownloadDesk, downloadExport } from './export-download.ts'
import { exportsBefore } from './export-list.ts'
import { readExport } from './export-record.ts'
import { type ExportDesk, type Requested, requestExport } from './export-request.ts'
import { exportIdOf, exportStatus, exportSummary } from './export-status.ts'

export type ExportRoutes = ExportDesk &
  DownloadDesk & {
    rolesClaim: string
    /** EXP-05: each bulk read is counted where an alarm can see it. */
    countBulkRead: (rows: number) => void
  }

const onePage = 50

export function exportRoutes(desk: ExportRoutes): Route[] {
  const staff = (event: HttpEvent, ...allowed: Parameters<typeof staffOf>[2]) =>
    staffOf(event, desk.rolesClaim, allowed)
  return [
    {
      method: 'POST',
      path: '/staff/exports',
      handle: async (event) => {
        const { id } = staff(event, 'marketing')
        return requestedAnswer(await requestExport(desk, id, parseBody(criteriaSchema, event.body)))
      },
    },
    {
      method: 'GET',
      path: '/staff/exports',
      handle: async (event) => {
        staff(event, ...staffRoles)
        const before = event.queryStringParameters?.before
        if (before !== undefined && !idPattern.test(before)) {
          throw new Problem(400, 'invalid-request', { field: 'before' })
        }
        const now = desk.clock()
        const { exports, next } = await exportsBefore(desk.tables, { before, limit: onePage }, now)
        return json(200, { exports: exports.map((each) => exportSummary(each, now)), next })
      },
    },
    {
      method: 'GET',
      path: '/staff/exports/{id}',
      handle: async (event) => {
        staff(event, ...staffRoles)
        const now = desk.clock()
        const stored = await readExport(desk.tables, exportIdOf(event), now)
        if (stored === undefined) throw new Problem(404, 'not-found')
        return json(200, await exportStatus(desk.tables, stored, now))
      },
    },
    {
      method: 'GET',
      path: '/staff/exports/{id}/file',
      handle: async (event) => {
        const { id } = staff(event, 'marketing')
        const download = await downloadExport(desk, id, exportIdOf(event))
        if (download.kind === 'link') desk.countBulkRead(download.rows)
        return downloadAnswer(download)
      },
    },
  ]
}

function requestedAnswer(requested: Requested): HttpAnswer {
  switch (requested.kind) {
    case 'requested':
      return json(202, { id: requested.exportId })
    case 'unknown-topic':
      throw new Problem(400, 'unknown-purpose', { field: 'topic', declared: requested.declared })
    case 'unknown-purpose':
      throw new Problem(400, 'unknown-purpose', { field: 'purpose', declared: requested.declared })
    case 'undeclared-recipient':
      throw new Problem(400, 'undeclared-recipient', {
        field: 'recipient',
        declared: requested.declared,
      })
  }
}

const again = (answer: HttpAnswer): HttpAnswer => ({
  ...answer,
  headers: { ...answer.headers, 'retry-after': '5' },
})

/**
 * A body with the link, not a redirect to it: a client that follows redirects would hand the staff
 * token on to S3, which refuses a presigned URL that comes with an Authorization header.
 */
function downloadAnswer(download: Download): HttpAnswer {
  switch (download.kind) {
    case 'link':
      return json(200, { url: download.url, expiresAt: download.expiresAt.toISOString() })
    case 'washing':
      return again(json(202, { state: 'washing' }))
    case 'unavailable':
      throw download.state === 'expired'
        ? new Problem(410, 'expired')
        : new Problem(409, 'not-ready', { state: download.state })
    case 'unknown':
      throw new Problem(404, 'not-found')
  }
}
