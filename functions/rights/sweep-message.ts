import * as v from 'valibot'
import { idSchema } from '../platform/id.ts'

/** What a run does: what the policy says, or only count what that would be. */
export const sweepModes = ['for-real', 'dry-run'] as const
export type SweepMode = (typeof sweepModes)[number]

/** What the queue `sweep` carries: that a run shall begin or go on, or one part of it. */
export const sweepMessage = v.variant('kind', [
  v.object({ kind: v.literal('start'), mode: v.picklist(sweepModes) }),
  v.object({ kind: v.literal('part'), runId: idSchema, part: v.pipe(v.number(), v.integer()) }),
])
export type SweepMessage = v.InferOutput<typeof sweepMessage>
