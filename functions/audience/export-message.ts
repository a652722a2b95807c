import * as v from 'valibot'
import { idPattern } from '../platform/id.ts'

const exportId = v.pipe(v.string(), v.regex(idPattern))

/** The work of an export: dealt out, done shard by shard, put together. */
export const exportMessageSchema = v.variant('kind', [
  v.object({ kind: v.literal('start'), exportId }),
  v.object({ kind: v.literal('shard'), exportId, shard: v.pipe(v.string(), v.regex(/^\d\d$/)) }),
  v.object({ kind: v.literal('finalise'), exportId }),
])
export type ExportMessage = v.InferOutput<typeof exportMessageSchema>
