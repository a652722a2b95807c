import * as v from 'valibot'
import type { ReadParameters } from './keyring.ts'
import { readTogether, type Tables } from './table.ts'

/** Whether what `Main` holds may be served and sent: false from before a restore until its replay is done. */
export type RestoreGate = () => Promise<boolean>

/**
 * Which restore the content of `Main` belongs to, `RESTORE#` / `RESTORE`. It is copied with the table and
 * comes back with it; the parameter `<path>/generation` does not. So a copy of the table carries an
 * earlier generation than is wanted, until the replay has made it right.
 */
export const generationKey = { pk: 'RESTORE#', sk: 'RESTORE' }
export const generationParameter = (path: string): string => `${path}/generation`

const count = v.pipe(v.number(), v.integer(), v.minValue(1))
const itemSchema = v.object({ generation: count })
const parameterSchema = v.object({
  Value: v.pipe(v.string(), v.parseJson(), v.object({ generation: count })),
})

/** A restore is seen this late, and its end this late. */
const openMs = 30_000
const closedMs = 5_000
/** While one of the two cannot be read, what was read before holds so long, and no longer. */
const trustedMs = 300_000

type GateDesk = {
  tables: Pick<Tables, 'db' | 'main'>
  read: ReadParameters
  path: string
  clock: () => Date
}

/**
 * Reads both generations when an execution environment begins, and again when the answer is old: never
 * for a single act. Two that differ, or one that is missing, keep everything closed (RIGHT-13).
 * @throws when they cannot be read and nothing recent is known: then nothing may be served either.
 */
export function restoreGate(desk: GateDesk): RestoreGate {
  let held: { open: boolean; readAt: number; askedAt: number } | undefined
  return async () => {
    const now = desk.clock().getTime()
    if (held !== undefined && now - held.askedAt < (held.open ? openMs : closedMs)) return held.open
    try {
      const open = await isOpen(desk)
      held = { open, readAt: now, askedAt: now }
      return open
    } catch (fault) {
      if (held?.open !== true || now - held.readAt >= trustedMs) throw fault
      held = { ...held, askedAt: now }
      return true
    }
  }
}

async function isOpen({ tables: { db, main }, read, path }: GateDesk): Promise<boolean> {
  const [[item], { Parameters: [parameter] = [] }] = await Promise.all([
    readTogether(db, [{ table: main, key: generationKey }]),
    read({ Path: path, WithDecryption: true }),
  ])
  if (item === undefined || parameter === undefined) return false
  const wanted = v.parse(parameterSchema, parameter).Value.generation
  return v.parse(itemSchema, item).generation === wanted
}

/** Work that waits in a queue is not begun while a restore runs; the queue hands it over again. */
export class RestoreRunning extends Error {
  override readonly name = 'RestoreRunning'
}
