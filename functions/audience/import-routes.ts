import * as v from 'valibot'
import { type HttpAnswer, type HttpEvent, json, parseBody, type Route } from '../platform/http.ts'
import { idPattern } from '../platform/id.ts'
import { Problem } from '../platform/problem.ts'
import { staffOf, staffRoles } from '../platform/staff.ts'
import { declarationSchema } from './import-declaration.ts'
import { importsBefore } from './import-list.ts'
import { readImport, type StoredImport } from './import-record.ts'
import { type Declared, declareImport, type ImportDesk, startImport } from './import-request.ts'
import { notedAfter } from './import-rows.ts'

const onePage = 50
const afterSchema = v.optional(
  v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number), v.integer()),
  '0',
)

export function importRoutes(desk: ImportDesk & { rolesClaim: string }): Route[] {
  const staff = (event: HttpEvent, ...allowed: Parameters<typeof staffOf>[2]) =>
    staffOf(event, desk.rolesClaim, allowed)
  const found = async (event: HttpEvent): Promise<StoredImport> => {
    const stored = await readImport(desk.tables, importIdOf(event), desk.clock())
    if (stored === undefined) throw new Problem(404, 'not-found')
    return stored
  }
  return [
    {
      method: 'POST',
      path: '/staff/imports',
      handle: async (event) => {
        const { id } = staff(event, 'marketing')
        return declaredAnswer(
          await declareImport(desk, id, parseBody(declarationSchema, event.body)),
        )
      },
    },
    {
      method: 'GET',
      path: '/staff/imports',
      handle: async (event) => {
        staff(event, ...staffRoles)
        const before = event.queryStringParameters?.before
        if (before !== undefined && !idPattern.test(before)) {
          throw new Problem(400, 'invalid-request', { field: 'before' })
        }
        const page = await importsBefore(desk.tables, { before, limit: onePage }, desk.clock())
        return json(200, { imports: page.imports.map(importSummary), next: page.next })
      },
    },
    {
      method: 'GET',
      path: '/staff/imports/{id}',
      handle: async (event) => {
        staff(event, ...staffRoles)
        return json(200, importSummary(await found(event)))
      },
    },
    {
      method: 'GET',
      path: '/staff/imports/{id}/rows',
      handle: async (event) => {
        staff(event, 'marketing', 'privacy')
        const after = v.safeParse(afterSchema, event.queryStringParameters?.after)
        if (!after.success) throw new Problem(400, 'invalid-request', { field: 'after' })
        const { importId } = await found(event)
        return json(200, await notedAfter(desk.tables, importId, after.output))
      },
    },
    {
      method: 'POST',
      path: '/staff/imports/{id}/start',
      handle: async (event) => {
        const { id } = staff(event, 'marketing')
        const importId = importIdOf(event)
        const started = await startImport(desk, id, importId)
        if (started.kind === 'unknown') throw new Problem(404, 'not-found')
        if (started.kind === 'over') throw new Problem(409, 'wrong-state', { state: started.state })
        return json(202, { id: importId, state: 'running' })
      },
    },
  ]
}

function importIdOf(event: HttpEvent): string {
  const id = event.pathParameters?.id ?? ''
  if (!idPattern.test(id)) throw new Problem(404, 'not-found')
  return id
}

function declaredAnswer(declared: Declared): HttpAnswer {
  switch (declared.kind) {
    case 'declared': {
      const { importId, upload, expiresAt } = declared
      return json(201, {
        id: importId,
        upload: { method: 'PUT', ...upload, expiresAt: expiresAt.toISOString() },
      })
    }
    case 'unknown-topic':
      throw new Problem(400, 'unknown-purpose', { field: 'topics', declared: declared.declared })
    case 'undeclared-evidence':
      throw new Problem(400, 'undeclared-evidence', {
        field: 'evidence.kind',
        topic: declared.topic,
        declared: declared.declared,
      })
    case 'invalid':
      throw new Problem(400, 'invalid-request', { errors: declared.errors })
  }
}

/** An import as a colleague sees it: what was said of the file, how far it is, and what came of it. */
function importSummary({ importId, record }: StoredImport): Record<string, unknown> {
  const { state, because, declaration, requestedAt, startedAt, endedAt, place, counts } = record
  const { topics, source, evidence, noticeVersion, dryRun } = declaration
  return {
    id: importId,
    state,
    because,
    dryRun,
    topics,
    source,
    evidence,
    noticeVersion,
    requestedAt,
    startedAt,
    endedAt,
    read: place.row,
    rows: countsOf(counts, 'row:'),
    leftOut: countsOf(counts, 'why:'),
  }
}

function countsOf(counts: Readonly<Record<string, number>>, start: string): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts)
      .filter(([name]) => name.startsWith(start))
      .map(([name, count]) => [name.slice(start.length), count]),
  )
}
