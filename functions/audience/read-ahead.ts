/** A stream of values in groups of `size`; the last one may be smaller. */
export async function* inGroups<Value>(
  values: AsyncIterable<Value>,
  size: number,
): AsyncGenerator<Value[]> {
  let group: Value[] = []
  for await (const value of values) {
    group.push(value)
    if (group.length === size) {
      yield group
      group = []
    }
  }
  if (group.length > 0) yield group
}

/** The results of `work`, in order, with at most `depth` values being worked on at a time. */
export async function* readAhead<Value, Result>(
  values: AsyncIterable<Value>,
  depth: number,
  work: (value: Value) => Promise<Result>,
): AsyncGenerator<Result> {
  const started: Promise<Result>[] = []
  for await (const value of values) {
    const result = work(value)
    // It is awaited in its turn; a fault before that must not end the process.
    result.catch(() => {})
    started.push(result)
    const oldest = started.length === depth ? started.shift() : undefined
    if (oldest !== undefined) yield await oldest
  }
  for (const result of started) yield await result
}
