import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import { readAhead } from '../../functions/audience/read-ahead.ts'
import {
  type Head,
  type JournalObject,
  objectKey,
  parseObject,
  start,
} from '../../functions/journal/journal-object.ts'
import { type Files, getStream } from '../../functions/platform/files.ts'
import { type Finding, findingsOf } from './invariants.ts'
import { parsed } from './parsed.ts'

/** What one step along the chain brings. */
export type Link = { object?: JournalObject; findings: readonly Finding[] }

const depth = 16

/**
 * The journal from an object on, in the order of its chain: each object must be the next, and be what the one
 * after it says it was.
 * @param over whether what was seen then may have left the bucket, its time being over.
 */
export async function* walkChain(
  files: Files,
  from: Head,
  over: (seenAt: string) => boolean,
): AsyncGenerator<Link> {
  const keys = keysAfter(files, objectKey(from.sequence))
  const read = async (key: string) => ({ key, text: await textOf(files, key) })
  let last: Head | undefined = from
  for await (const { key, text } of readAhead(keys, depth, read)) {
    const object = parsed(() => parseObject(text))
    const next: number = last === undefined ? sequenceOf(key) : last.sequence + 1
    if (object === undefined || objectKey(object.head.sequence) !== key) {
      yield { findings: findingsOf(3, key, { 'journal object that is none of ours': true }) }
      last = undefined
      continue
    }
    const { head, previous } = object
    // The oldest leave the bucket when their time is over; nothing before the first one is then missed.
    const isFirst = last === start && previous.sequence > 0 && over(previous.seenAt)
    const isMissing = !isFirst && head.sequence > next
    const isOther: boolean =
      !isFirst && !isMissing && last !== undefined && previous.sha256 !== last.sha256
    yield {
      object,
      findings: [
        ...findingsOf(3, objectKey(next), { 'journal object removed': isMissing }),
        ...findingsOf(3, objectKey(previous.sequence), { 'journal object changed': isOther }),
      ],
    }
    last = head
  }
}

const sequenceOf = (key: string): number => Number(/\d+/.exec(key)?.[0])

async function* keysAfter({ s3, bucket }: Files, after: string): AsyncGenerator<string> {
  let StartAfter: string | undefined = after
  while (StartAfter !== undefined) {
    const page: ListObjectsV2CommandOutput = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, StartAfter }),
    )
    const keys = (page.Contents ?? []).flatMap(({ Key }) => Key ?? [])
    yield* keys
    StartAfter = page.IsTruncated ? keys.at(-1) : undefined
  }
}

async function textOf(files: Files, key: string): Promise<string> {
  const stream = await getStream(files, key)
  let text = ''
  for await (const chunk of stream.setEncoding('utf8')) text += String(chunk)
  return text
}
