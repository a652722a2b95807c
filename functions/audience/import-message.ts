import * as v from 'valibot'
import { idSchema } from '../platform/id.ts'

/** The next stretch of an import: where it goes on is in its record. */
export const importMessageSchema = v.object({ importId: idSchema })
export type ImportMessage = v.InferOutput<typeof importMessageSchema>
