import { auditPut } from '../consent/ledger.ts'
import type { Policy } from '../consent/policy.ts'
import { orderedId } from '../platform/id.ts'
import type { Send } from '../platform/queue.ts'
import { type Tables, transact } from '../platform/table.ts'
import type { UploadLink, UploadLinks } from '../platform/upload-link.ts'
import { type Declaration, type Refusal, refusalOf, stored } from './import-declaration.ts'
import { importListPut } from './import-list.ts'
import type { ImportMessage } from './import-message.ts'
import { fileKey, importPut, importTtl, readImport, startUpdate } from './import-record.ts'

export type ImportDesk = {
  tables: Pick<Tables, 'db' | 'main' | 'ledger'>
  policy: Policy
  upload: UploadLinks
  send: Send<ImportMessage>
  clock: () => Date
}

/** Time enough to send the largest file. */
const uploadSeconds = 900

export type Declared =
  | { kind: 'declared'; importId: string; upload: UploadLink; expiresAt: Date }
  | Refusal

/**
 * Takes down what a file is and who says so, before anybody is in it, and hands out where to put it (CONS-14).
 */
export async function declareImport(
  { tables, policy, upload, clock }: ImportDesk,
  staff: string,
  declaration: Declaration,
): Promise<Declared> {
  const at = clock()
  const refusal = refusalOf(policy, declaration, at)
  if (refusal !== undefined) return refusal
  const importId = orderedId(at)
  const ttl = importTtl(at, policy.retention.imports)
  const { topics, source, evidence, noticeVersion, dryRun, bytes } = declaration
  const outcome = await transact(tables.db, [
    importListPut(tables, importId, ttl),
    importPut(tables, importId, {
      state: 'waiting',
      declaration: stored(declaration),
      requestedBy: staff,
      requestedAt: at.toISOString(),
      place: { bytes: 0, row: 0 },
      counts: {},
      owed: 0,
      ttl,
    }),
    {
      Put: auditPut(tables, {
        at,
        staff,
        action: 'import-declared',
        subject: importId,
        details: { topics, source, evidence, noticeVersion, dryRun },
      }),
    },
  ])
  if (outcome.kind === 'refused') throw new Error('a new import met one of its own id')
  return {
    kind: 'declared',
    importId,
    upload: await upload(fileKey(importId), { bytes, seconds: uploadSeconds, at }),
    expiresAt: new Date(at.getTime() + uploadSeconds * 1000),
  }
}

export type Started = { kind: 'started' } | { kind: 'unknown' } | { kind: 'over'; state: string }

/** Starts it, once; asked again while it runs, its work is put on the queue again, and harms nothing. */
export async function startImport(
  { tables, send, clock }: ImportDesk,
  staff: string,
  importId: string,
): Promise<Started> {
  const at = clock()
  const known = await readImport(tables, importId, at)
  if (known === undefined) return { kind: 'unknown' }
  const { state } = known.record
  if (state === 'done' || state === 'failed') return { kind: 'over', state }
  if (state === 'waiting') {
    await transact(tables.db, [
      startUpdate(tables, importId, at),
      {
        Put: auditPut(tables, {
          at,
          staff,
          action: 'import-started',
          subject: importId,
          details: {},
        }),
      },
    ])
  }
  await send({ importId })
  return { kind: 'started' }
}
