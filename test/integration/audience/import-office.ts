import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { expect } from 'vitest'
import { jsonType, openWorkshop, type Workshop } from '../../support/e2e-workshop.ts'
import { httpEvent } from '../../support/http-events.ts'

type Reply = { status: number; body: Record<string, unknown> }
export type Report = Record<string, unknown> & {
  state: string
  rows: Record<string, number>
  leftOut: Record<string, number>
}

/** A day of a year ago: a yes that is neither new nor forgotten. */
export const lastYear = new Date(Date.now() - 365 * 86_400_000).toISOString().slice(0, 10)

const confirmedElsewhere = {
  topics: ['newsletter'],
  source: 'Sign-ups on our old website',
  evidence: { kind: 'confirmed-opt-in', reference: 'old-site/export-7', collected: lastYear },
  noticeVersion: 1,
}

/** The workshop, with a colleague in it who imports. */
export async function openImportOffice() {
  const shop = await openWorkshop()
  return { shop, ...desk(shop) }
}
export type ImportOffice = Awaited<ReturnType<typeof openImportOffice>>

function desk(shop: Workshop) {
  const staff = async (
    route: string,
    {
      body,
      roles = '[marketing]',
      query,
    }: { body?: unknown; roles?: string; query?: Record<string, string> } = {},
  ): Promise<Reply> => {
    const [method = '', path = ''] = route.split(' ')
    const event = httpEvent(method, path, {
      headers: { 'origin-secret': shop.cdn, ...(body === undefined ? {} : jsonType) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(query === undefined ? {} : { queryStringParameters: query }),
    })
    const authorizer = { jwt: { claims: { sub: 'kari', roles }, scopes: null } }
    const outcome = await shop.invoke('staff-api', {
      ...event,
      requestContext: { ...event.requestContext, authorizer },
    })
    if (outcome.kind !== 'result') throw new Error(JSON.stringify(outcome))
    const { statusCode, body: answer } = outcome.value as { statusCode: number; body: string }
    return { status: statusCode, body: JSON.parse(answer) }
  }
  const declare = async (csv: string | Buffer, over: object = {}) => {
    const body = { ...confirmedElsewhere, bytes: Buffer.byteLength(csv), ...over }
    const { status, body: answer } = await staff('POST /staff/imports', { body })
    expect([status, answer.code]).toEqual([201, undefined])
    return {
      id: String(answer.id),
      upload: answer.upload as { url: string; method: string; headers: Record<string, string> },
    }
  }
  const put = (
    { url, method, headers }: Awaited<ReturnType<typeof declare>>['upload'],
    csv: string | Buffer,
  ) => fetch(url, { method, headers, body: Uint8Array.from(Buffer.from(csv)) })
  /** Declared, uploaded and started; not worked off. */
  const begin = async (csv: string | Buffer, over: object = {}): Promise<string> => {
    const { id, upload } = await declare(csv, over)
    expect((await put(upload, csv)).status).toBe(200)
    expect((await staff(`POST /staff/imports/${id}/start`)).status).toBe(202)
    return id
  }
  const deliver = (importId: string, messageId?: string) =>
    shop.deliver('import-contacts', { importId }, messageId)
  const report = async (id: string): Promise<Report> =>
    (await staff(`GET /staff/imports/${id}`)).body as Report
  const finish = async (id: string): Promise<Report> => {
    for (let delivery = 0; delivery < 10; delivery++) {
      expect(isDone(await deliver(id))).toBe(true)
      const now = await report(id)
      if (now.state !== 'running') return now
    }
    throw new Error('the import does not end')
  }
  return {
    staff,
    declare,
    put,
    begin,
    deliver,
    report,
    finish,
    /** From the declaration to the report. */
    run: async (csv: string | Buffer, over: object = {}) => finish(await begin(csv, over)),
    rowsOf: async (id: unknown) => (await staff(`GET /staff/imports/${id}/rows`)).body.rows,
    /** The names of the files that lie there. */
    files: async (): Promise<string[]> => {
      const Bucket = shop.local.env('import-contacts').IMPORT_BUCKET
      const { Contents = [] } = await shop.local.s3.send(new ListObjectsV2Command({ Bucket }))
      return Contents.map(({ Key = '' }) => Key)
    },
    mailsTo: async (email: string) => mailsTo(shop.local.endpoints.mail, email),
    /** The letters that wait to tell imported people, out of their queue. */
    told: async () => {
      const letters = await shop.drain('letters')
      return letters.filter(({ kind }) => kind === 'imported')
    },
  }
}

export const isDone = (outcome: Awaited<ReturnType<Workshop['deliver']>>): boolean =>
  outcome.kind === 'result' &&
  (outcome.value as { batchItemFailures: unknown[] }).batchItemFailures.length === 0

type Mail = { subject: string; destination: { to: string[] }; body: { text?: string } }

async function mailsTo(inbox: string, email: string) {
  const { emails } = (await (await fetch(`${inbox}/store`)).json()) as { emails: Mail[] }
  return emails
    .filter(({ destination }) => destination.to.includes(email))
    .map(({ subject, body }) => ({ subject, text: body.text ?? '' }))
}
