import { auditPut } from '../consent/ledger.ts'
import type { DownloadLink } from '../platform/download-link.ts'
import type { Send } from '../platform/queue.ts'
import { type Tables, transact } from '../platform/table.ts'
import type { ExportMessage } from './export-message.ts'
import {
  type ExportFile,
  type ExportState,
  exportState,
  givenUpdate,
  readExport,
  type StoredExport,
} from './export-record.ts'
import { fileFormats } from './file-format.ts'
import type { ReadFile } from './member-list.ts'
import { isWashed } from './washed.ts'

const linkSeconds = 60

export type Download =
  | { kind: 'link'; url: string; expiresAt: Date; rows: number }
  /** Somebody in it has left: a file without them is being written and will be there in a moment. */
  | { kind: 'washing' }
  | { kind: 'unavailable'; state: Exclude<ExportState, 'ready'> }
  | { kind: 'unknown' }

export type DownloadDesk = {
  tables: Pick<Tables, 'db' | 'main' | 'ledger'>
  link: DownloadLink
  read: ReadFile
  send: Send<ExportMessage>
  clock: () => Date
}

/**
 * A link to the file for a minute, unless somebody in it has left since it was put together. The
 * ledger knows of it before the colleague does (EXP-02).
 */
export async function downloadExport(
  desk: DownloadDesk,
  staff: string,
  exportId: string,
): Promise<Download> {
  const at = desk.clock()
  const stored = await readExport(desk.tables, exportId, at)
  if (stored === undefined) return { kind: 'unknown' }
  const { record } = stored
  const state = exportState(record, at)
  if (state !== 'ready') return { kind: 'unavailable', state }
  const { file } = record
  if (file === undefined) throw new Error('an export is ready but has no file')
  if (!(await isWashed(desk, { record, file }, at))) {
    await desk.send({ kind: 'wash', exportId, file: file.key })
    return { kind: 'washing' }
  }
  return handOut(desk, stored, { file, staff, at })
}

async function handOut(
  { tables, link }: DownloadDesk,
  { exportId, record: { criteria } }: StoredExport,
  { file, staff, at }: { file: ExportFile; staff: string; at: Date },
): Promise<Download> {
  const { key, rows, sha256, asOf } = file
  const outcome = await transact(tables.db, [
    givenUpdate(tables, exportId, { file, at }),
    {
      Put: auditPut(tables, {
        at,
        staff,
        action: 'export-downloaded',
        subject: exportId,
        details: { ...criteria, rows, sha256, asOf },
      }),
    },
  ])
  // Washed for somebody else in this moment.
  if (outcome.kind === 'refused') return { kind: 'washing' }
  const name = `${criteria.topic}-${criteria.recipient}-${asOf.slice(0, 10)}.${fileFormats[criteria.format].extension}`
  const url = await link(key, { name, seconds: linkSeconds, at })
  return { kind: 'link', url, expiresAt: new Date(at.getTime() + linkSeconds * 1000), rows }
}
