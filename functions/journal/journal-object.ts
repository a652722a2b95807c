import * as v from 'valibot'
import { sha256 } from './entry-hash.ts'
import { type JournalLine, lineSchema } from './journal-line.ts'

/** The end of the chain: its last object's number, the hash of its bytes, and its latest line's time. */
export const headSchema = v.object({
  sequence: v.pipe(v.number(), v.integer(), v.minValue(0)),
  sha256: v.string(),
  seenAt: v.pipe(v.string(), v.isoTimestamp()),
})
export type Head = v.InferOutput<typeof headSchema>

/** Before the first object. */
export const start: Head = { sequence: 0, sha256: '', seenAt: new Date(0).toISOString() }

const headerSchema = v.object({ sequence: v.number(), previous: headSchema })

/** Twelve digits: the names sort in the order of the chain. */
export const objectKey = (sequence: number): string =>
  `lines/${String(sequence).padStart(12, '0')}.ndjson`

export type JournalObject = { head: Head; previous: Head; lines: readonly JournalLine[] }

/**
 * The next object: what it follows in its first line, then the lines. The same lines after the same head
 * give the same bytes, so writing it again changes nothing.
 */
export function composeObject(
  previous: Head,
  lines: readonly JournalLine[],
): JournalObject & { text: string } {
  const sequence = previous.sequence + 1
  const text = [{ sequence, previous }, ...lines]
    .map((each) => `${JSON.stringify(each)}\n`)
    .join('')
  return { text, previous, lines, head: headOf(sequence, text, lines) }
}

/** @throws when the text is no object of ours. */
export function parseObject(text: string): JournalObject {
  const [header, ...rest] = text.split('\n').filter((line) => line !== '')
  const { sequence, previous } = v.parse(headerSchema, JSON.parse(header ?? ''))
  const lines = rest.map((line) => v.parse(lineSchema, JSON.parse(line)))
  return { previous, lines, head: headOf(sequence, text, lines) }
}

function headOf(sequence: number, text: string, lines: readonly JournalLine[]): Head {
  const seenAt = lines.map((line) => line.seenAt).reduce((a, b) => (a > b ? a : b), start.seenAt)
  return { sequence, sha256: sha256(text), seenAt }
}
