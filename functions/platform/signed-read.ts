import { setTimeout as wait } from 'node:timers/promises'
import type { Caller } from './caller.ts'
import { type SignedAnswer, type SignedPost, signedPost } from './signed-post.ts'

const attempts = 3
const answerWithinMs = 2000
const baseDelayMs = 50

/**
 * An action that changes nothing, or may be done twice, and so is asked again while that may help.
 * @returns the answer's text.
 * @throws when the service refuses, or does not answer.
 */
export function signedRead(
  caller: Caller,
  action: Omit<SignedPost, 'answerWithinMs'>,
): (input: unknown) => Promise<string> {
  const ask = signedPost(caller, { ...action, answerWithinMs })
  return async (input) => {
    const body = JSON.stringify(input)
    for (let attempt = 1; ; attempt++) {
      const outcome = await ask(body).then(outcomeOf, (fault: unknown) => ({ fault }))
      if ('text' in outcome) return outcome.text
      if (attempt === attempts) throw new Error('AWS did not answer', { cause: outcome.fault })
      await wait(Math.random() * baseDelayMs * 2 ** attempt)
    }
  }
}

/** A cut connection, a timeout and an overloaded service pass; a refusal does not. */
function outcomeOf({ status, text }: SignedAnswer): { text: string } | { fault: unknown } {
  if (status === 200) return { text }
  const fault = new Error(`AWS answered ${status}`)
  if (status >= 500 || /Throttl|ThroughputExceeded|RequestLimitExceeded/.test(text)) {
    return { fault }
  }
  throw fault
}
