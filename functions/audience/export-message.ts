import * as v from 'valibot'
import { idPattern } from '../platform/id.ts'

const exportId = v.pipe(v.string(), v.regex(idPattern))

/** The work of an export: dealt out, done shard by shard, put together, and put together anew. */
export const exportMessageSchema = v.variant('kind', [
  v.object({ kind: v.literal('start'), exportId }),
  v.object({ kind: v.literal('shard'), exportId, shard: v.pipe(v.string(), v.regex(/^\d\d$/)) }),
  v.object({ kind: v.literal('finalise'), exportId }),
  /** Somebody in this file has left: another one without them is to take its place. */
  v.object({ kind: v.literal('wash'), exportId, file: v.string() }),
])
export type ExportMessage = v.InferOutput<typeof exportMessageSchema>
