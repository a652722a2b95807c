import * as v from 'valibot'
import { idSchema } from '../platform/id.ts'

/** The work of an export: dealt out, done shard by shard, put together, and put together anew. */
export const exportMessageSchema = v.variant('kind', [
  v.object({ kind: v.literal('start'), exportId: idSchema }),
  v.object({
    kind: v.literal('shard'),
    exportId: idSchema,
    shard: v.pipe(v.string(), v.regex(/^\d\d$/)),
  }),
  v.object({ kind: v.literal('finalise'), exportId: idSchema }),
  /** Somebody in this file has left: another one without them is to take its place. */
  v.object({ kind: v.literal('wash'), exportId: idSchema, file: v.string() }),
])
export type ExportMessage = v.InferOutput<typeof exportMessageSchema>
