import { shardCount } from '../contact/membership.ts'
import { removeFiles } from '../platform/files.ts'
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
  const { tables, policy, files, log, clock } = work
  const { exportId } = message
  const stored = await readExport(tables, exportId, clock())
  if (stored === undefined) {
    log.info('an export is over', { exportId, kind: message.kind })
    return
  }
  const state = exportState(stored.record, clock())
  if (state === 'ready') {
    // A finaliser may have died between the manifest and this.
    await removeFiles(
      files,
      [...stored.shards.values()].map(({ part }) => part),
    )
    return
  }
  if (state !== 'running') return
  if (undeclared(policy, stored.record.criteria) !== undefined) {
    await failExport(tables, exportId)
    log.info('an export is no longer declared', { exportId })
    return
  }
  await doPiece(work, stored, message)
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
  }
}

const shards = Array.from({ length: shardCount }, (_, index) => String(index).padStart(2, '0'))
