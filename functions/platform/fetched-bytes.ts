import { Readable } from 'node:stream'
import type { DownloadLink } from './download-link.ts'

/** Until its first byte; what follows comes as fast as it is read. */
const answerWithinMs = 10_000

/** The bytes of a file from one on, as a stream; undefined when there is none. */
export type FetchBytes = (key: string, from: number) => Promise<Readable | undefined>

/**
 * Reads a file by links of our own, of any size and never whole: for a function that reads a single file the
 * S3 client would weigh more than all the rest of it.
 */
export function fetchedBytes(link: DownloadLink, clock: () => Date): FetchBytes {
  return async (key, from) => {
    const url = await link(key, { name: 'part', seconds: 60, at: clock() })
    const patience = new AbortController()
    const timer = setTimeout(() => patience.abort(), answerWithinMs)
    const answer = await fetch(url, {
      headers: { range: `bytes=${from}-` },
      redirect: 'error',
      signal: patience.signal,
    }).finally(() => clearTimeout(timer))
    if (answer.ok && answer.body !== null) return Readable.from(answer.body)
    await answer.body?.cancel()
    // Nothing lies beyond the last byte.
    if (answer.status === 416) return Readable.from([])
    // So S3 says it to those who may not list the bucket: as 403.
    if (answer.status === 403 || answer.status === 404) return undefined
    throw new Error(`S3 answered ${answer.status}`)
  }
}
