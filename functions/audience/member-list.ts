/**
 * Who is in an export: for each person the line `ref contactId`, the shards one after another, and in
 * a shard in the order of the ids. All lines are of one length and ids are random, so that somebody
 * is found among millions by reading a few kilobytes of where they must be.
 */
const refLength = 23
const idLength = 36
const lineLength = refLength + 1 + idLength + 1

/** A part of a file: bytes from one offset to another, the last not included. */
export type Bytes = { from: number; to: number }
/** Reads a file as text, whole or in part. @throws when there is none. */
export type ReadFile = (key: string, bytes?: Bytes) => Promise<string>

/** The lines of one shard in the file of them all: `from` counts lines. */
export type ShardList = { from: number; rows: number }

export function memberLine(ref: string, contactId: string): string {
  const line = `${ref} ${contactId}\n`
  if (line.length !== lineLength) throw new TypeError('a member list holds refs and ids only')
  return line
}

/** What `findMembers` will have to read at most, but for an id that lies far from where it must be. */
export function bytesToFind({ rows }: ShardList, people: number): number {
  return Math.min(rows, people * windowOf(rows)) * lineLength
}

/** The refs of those of `contactIds` who are in one shard of the list. */
export async function findMembers(
  read: ReadFile,
  { key, list }: { key: string; list: ShardList },
  contactIds: readonly string[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  if (list.rows === 0) return found
  const few = contactIds.length * windowOf(list.rows) < list.rows
  const whole = few ? undefined : await readLines(read, key, list, { from: 0, to: list.rows })
  for (const contactId of contactIds) {
    const lines = whole ?? (await linesAround(read, { key, list }, contactId))
    const line = lines.find((each) => each.endsWith(` ${contactId}`))
    if (line !== undefined) found.set(contactId, line.slice(0, refLength))
  }
  return found
}

/** Four standard deviations of where an id may lie among so many, to either side. */
const windowOf = (rows: number): number => 2 * (2 * Math.ceil(Math.sqrt(rows)) + 64)

/** The lines between which the id must be; more of them where it is none of those. */
async function linesAround(
  read: ReadFile,
  { key, list }: { key: string; list: ShardList },
  contactId: string,
): Promise<string[]> {
  const { rows } = list
  const middle = Math.floor((Number.parseInt(contactId.slice(0, 8), 16) / 2 ** 32) * rows)
  for (let width = windowOf(rows); ; width *= 8) {
    const from = Math.max(0, middle - Math.ceil(width / 2))
    const to = Math.min(rows, middle + Math.ceil(width / 2))
    const lines = await readLines(read, key, list, { from, to })
    const first = lines[0]?.slice(refLength + 1) ?? ''
    const last = lines.at(-1)?.slice(refLength + 1) ?? ''
    const reaches = (from === 0 || first <= contactId) && (to === rows || contactId <= last)
    if (reaches) return lines
  }
}

async function readLines(
  read: ReadFile,
  key: string,
  list: ShardList,
  { from, to }: Bytes,
): Promise<string[]> {
  const start = list.from * lineLength
  const text = await read(key, { from: start + from * lineLength, to: start + to * lineLength })
  return text.split('\n').filter((line) => line !== '')
}
