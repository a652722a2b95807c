import { setTimeout as wait } from 'node:timers/promises'
import type { DownloadLink } from './download-link.ts'

const attempts = 3
const answerWithinMs = 5000
const baseDelayMs = 50

/**
 * Reads text files, whole or in part, by links of our own: for a function that reads a little, the S3
 * client would weigh more than all the rest of it.
 */
export function fetchedFiles(
  link: DownloadLink,
  clock: () => Date,
): (key: string, bytes?: { from: number; to: number }) => Promise<string> {
  return async (key, bytes) => {
    const headers: Record<string, string> =
      bytes === undefined ? {} : { range: `bytes=${bytes.from}-${bytes.to - 1}` }
    for (let attempt = 1; ; attempt++) {
      const url = await link(key, { name: 'part', seconds: 60, at: clock() })
      const signal = AbortSignal.timeout(answerWithinMs)
      const outcome = await fetch(url, { headers, redirect: 'error', signal }).then(
        textOf,
        (fault: unknown) => ({ fault }),
      )
      if ('text' in outcome) return outcome.text
      if (attempt === attempts) throw new Error('S3 did not answer', { cause: outcome.fault })
      await wait(Math.random() * baseDelayMs * 2 ** attempt)
    }
  }
}

/** A cut connection, a timeout and an overloaded service pass; a refusal does not. */
async function textOf(answer: Response): Promise<{ text: string } | { fault: unknown }> {
  const text = await answer.text()
  if (answer.ok) return { text }
  const fault = new Error(`S3 answered ${answer.status}`)
  if (answer.status >= 500) return { fault }
  throw fault
}
