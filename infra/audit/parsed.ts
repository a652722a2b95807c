/**
 * What a parser makes of a stored item; undefined when it refuses. Its message is dropped: it may
 * repeat what it refused (SEC-14).
 */
export function parsed<Value>(parse: () => Value): Value | undefined {
  try {
    return parse()
  } catch {
    return undefined
  }
}
