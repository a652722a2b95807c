import { shardCount } from '../contact/membership.ts'
import type { Log } from '../platform/log.ts'
import type { Send } from '../platform/queue.ts'
import { undeclared } from './criteria.ts'
import type { ExportMessage } from './export-message.ts'
import {
  allShardsDone,
  claimFinalising,
  exportState,
  failExport,
  readExport,
  type StoredExport,
} from './export-record.ts'
import { type ExportStore, exportShard } from './export-shard.ts'
import { finaliseExport } from './finalise-export.ts'

export type ExportWork = ExportStore & { send: Send<ExportMessage>; log: Log }

/**
 * Does one piece of an export. Every piece may come twice, late, or after a worker died in the middle
 * of it: whatever is done already is left as it is.
 */
export async function workOnExport(work: ExportWork, message: ExportMessage): Promise<void> {
  const { tables, policy, log, clock } = work
  const { exportId } = message
  const stored = await readExport(tables, exportId, clock())
  if (stored === undefined) {
    log.info('an export is over', { exportId, kind: message.kind })
    return
  }
  const state = exportState(stored.record, clock())
  if (state === 'ready' && message.kind === 'wash') await wash(work, stored, message.file)
  if (state !== 'running') return
  if (undeclared(policy, stored.record.criteria) !== undefined) {
    await failExport(tables, exportId)
    log.info('an export is no longer declared', { exportId })
    return
  }
  await doPiece(work, stored, message)
}

/** Asked for again, or by several at a time, it is done once: the file that was meant is gone by then. */
async function wash(work: ExportWork, stored: StoredExport, file: string): Promise<void> {
  if (stored.record.file?.key !== file) return
  const washed = await finaliseExport(work, stored)
  if (washed === undefined) return
  work.log.info('an export is washed', { exportId: stored.exportId, count: washed.rows })
}

async function doPiece(
  work: ExportWork,
  stored: StoredExport,
  message: ExportMessage,
): Promise<void> {
  const { send, tables, log, clock } = work
  const { exportId } = message
  switch (message.kind) {
    case 'start':
      await Promise.all(
        shards
          .filter((shard) => !stored.shards.has(shard))
          .map((shard) => send({ kind: 'shard', exportId, shard })),
      )
      return
    case 'shard': {
      if (!stored.shards.has(message.shard)) await exportShard(work, stored, message.shard)
      // Read after this shard was noted: of those that finish last, one at least sees them all.
      const now = await readExport(tables, exportId, clock())
      if (now === undefined || !allShardsDone(now)) return
      if (await claimFinalising(tables, exportId, message.shard)) {
        await send({ kind: 'finalise', exportId })
      }
      return
    }
    case 'finalise': {
      if (!allShardsDone(stored)) return
      const file = await finaliseExport(work, stored)
      if (file !== undefined) log.info('an export is ready', { exportId, count: file.rows })
      return
    }
    case 'wash':
      // Until there is a file, whoever leaves is left out of it anyway.
      return
  }
}

const shards = Array.from({ length: shardCount }, (_, index) => String(index).padStart(2, '0'))
