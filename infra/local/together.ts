/**
 * Waits for all of the work, even when a part fails: only then is it known what has to be undone.
 * Throws the first failure.
 */
export async function together<const T extends readonly unknown[]>(
  work: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work)
  return Promise.all(work)
}
