/**
 * Asks at most once in a while, for what changes seldom and may not be asked often. A failure is not
 * kept: whoever comes next asks anew.
 */
export function remembered<Answer>(
  ask: () => Promise<Answer>,
  { seconds, clock }: { seconds: number; clock: () => Date },
): () => Promise<Answer> {
  let held: { at: number; answer: Promise<Answer> } | undefined
  return () => {
    const now = clock().getTime()
    if (held !== undefined && now - held.at < seconds * 1000) return held.answer
    const answer = ask()
    const asked = { at: now, answer }
    held = asked
    answer.catch(() => {
      if (held === asked) held = undefined
    })
    return answer
  }
}
