import type { SignedFiles } from '../platform/signed-files.ts'
import { type MainTable, moveHead, noteIfBehind, readHead, unwritten } from './journal-head.ts'
import type { JournalLine } from './journal-line.ts'
import { composeObject, objectKey, parseObject } from './journal-object.ts'

export type JournalDesk = {
  tables: MainTable
  files: Pick<SignedFiles, 'putNew' | 'get'>
  clock: () => Date
}

/** Shards of the stream that come at the same moment each lose at most as often as there are others. */
const attempts = 25

/**
 * Writes down each event once, in one chain for all shards of the stream (SEC-13). An object's name is its
 * place in the chain, and only the first to take the name gets it: whoever comes second moves the head over
 * the object that is there, which a crash may have left undone, and takes the next place. So there is no gap,
 * no fork and no line twice, whatever is delivered again and in whatever order.
 * @param lines at most 90: with the head they fit one transaction, and their marks one read.
 */
export async function append(
  { tables, files, clock }: JournalDesk,
  lines: readonly JournalLine[],
): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const head = await readHead(tables)
    // Read after the head: what an object up to there holds is marked by now.
    const fresh = await unwritten(tables, lines)
    if (fresh.length === 0) return
    const next = composeObject(head, fresh)
    const key = objectKey(next.head.sequence)
    const body = Buffer.from(next.text)
    if ((await files.putNew(key, body, 'application/x-ndjson')) === 'written') {
      return moveHead(tables, next, clock())
    }
    const there = await files.get(key)
    if (there !== undefined) {
      const object = parseObject(new TextDecoder().decode(there))
      await noteIfBehind(tables, object, clock())
      await moveHead(tables, object, clock())
    }
  }
  throw new Error('the journal was too busy')
}
