/** The results of `work` in the order of `values`, at most `depth` of them under way at a time. */
export async function inParallel<Value, Result>(
  values: readonly Value[],
  depth: number,
  work: (value: Value) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const waiting = values.entries()
  const worker = async () => {
    for (const [index, value] of waiting) results[index] = await work(value)
  }
  await Promise.all(Array.from({ length: depth }, worker))
  return results
}
