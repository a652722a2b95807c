import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { auditPut } from '../consent/ledger.ts'
import type { DownloadLink } from '../platform/download-link.ts'
import type { Tables } from '../platform/table.ts'
import { type ExportState, exportState, readExport } from './export-record.ts'
import { fileFormats } from './file-format.ts'

const linkSeconds = 60

export type Download =
  | { kind: 'link'; url: string; expiresAt: Date; rows: number }
  | { kind: 'unavailable'; state: Exclude<ExportState, 'ready'> }
  | { kind: 'unknown' }

/** A link to the file for a minute. The ledger knows of it before the colleague does (EXP-02). */
export async function downloadExport(
  {
    tables,
    link,
    clock,
  }: { tables: Pick<Tables, 'db' | 'main' | 'ledger'>; link: DownloadLink; clock: () => Date },
  staff: string,
  exportId: string,
): Promise<Download> {
  const at = clock()
  const stored = await readExport(tables, exportId, at)
  if (stored === undefined) return { kind: 'unknown' }
  const { criteria, file } = stored.record
  const state = exportState(stored.record, at)
  if (state !== 'ready') return { kind: 'unavailable', state }
  if (file === undefined) throw new Error('an export is ready but has no file')
  const { key, rows, sha256, asOf } = file
  await tables.db.send(
    new PutItemCommand(
      auditPut(tables, {
        at,
        staff,
        action: 'export-downloaded',
        subject: exportId,
        details: { ...criteria, rows, sha256, asOf },
      }),
    ),
  )
  const name = `${criteria.topic}-${criteria.recipient}-${asOf.slice(0, 10)}.${fileFormats[criteria.format].extension}`
  const url = await link(key, { name, seconds: linkSeconds, at })
  return { kind: 'link', url, expiresAt: new Date(at.getTime() + linkSeconds * 1000), rows }
}
